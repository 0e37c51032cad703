"""A small OpenID provider on loopback, with keys of its own: real HTTP, real signatures, and ways to be wrong.

It lets everybody in as `subject`. `twist` changes claims of the ID token (None removes one), `sign` its signature,
`facts` what the discovery says; `asked` keeps which addresses were asked for. Everything in it is invented.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "gridmap-test", "invented-secret"
KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})
STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})


def sign(header, claims):
    return jwt.encode({"alg": "RS256", "kid": "own", **header}, claims, KEY)


def sign_with_another_key(header, claims):
    return jwt.encode({"alg": "RS256", "kid": "own", **header}, claims, STRANGE_KEY)


def sign_with_the_secret(header, claims):
    return jwt.encode({"alg": "HS256", **header}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])


def sign_with_the_public_key(header, claims):
    """The old confusion of a public key with a shared secret."""
    body = ".".join(map(packed, ({"alg": "HS256", "kid": "own"}, claims)))
    made = hmac.digest(KEY.as_pem(private=False), body.encode(), "sha256")
    return f"{body}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def sign_not_at_all(header, claims):
    return f"{packed({'alg': 'none'})}.{packed(claims)}."


def packed(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


class Provider:
    def __init__(self, address):
        self.address = address
        self.asked = []
        self.codes = {}
        self.reset()

    def reset(self):
        """Be a right one again."""
        self.subject, self.twist, self.sign, self.facts, self.back = "u-1001", {}, sign, {}, {}

    def discovery(self):
        names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {"issuer": self.address, **{name: self.address + path for name, path in names.items()}, **self.facts}

    def authorize(self, asked):
        """Let somebody in: where to go back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **self.back})}"

    def token(self, authorization, form):
        """Return status and answer; everything that the standard has a provider check is checked."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code"), None)
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        right = asked and asked["redirect_uri"] == form["redirect_uri"] and asked["client_id"] == CLIENT
        if not right or (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", challenge.decode()):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **self.twist}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": self.sign({}, claims)}


def _handler(provider_of):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            provider, parts = provider_of(), urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif parts.path == "/.well-known/openid-configuration":
                self.tell(200, provider.discovery())
            else:
                self.tell(200, {"keys": [KEY.as_dict(private=False)]})

        def do_POST(self):
            provider = provider_of()
            provider.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self.tell(*provider.token(self.headers.get("Authorization"), form))

        def tell(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def providing():
    """Serve a provider for the length of a block."""
    found = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: found[0]))
    found.append(Provider(f"http://127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found[0]
    server.shutdown()
    server.server_close()
