"""In which language a person is told something."""

import json

import pytest
from cities import gridmap_process
from starlette.requests import Request

from api.language import of_request, of_terminal, preferred


def _request(path="/", query="", accept=None):
    headers = [] if accept is None else [(b"accept-language", accept.encode())]
    return Request({"type": "http", "path": path, "query_string": query.encode(), "headers": headers,
                    "server": ("127.0.0.1", 8000), "scheme": "http", "method": "GET"})  # fmt: skip


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en;q=0.9,zh;q=0.5", "en"), ("fr, en;q=0.2, zh;q=0.7", "zh"),
     ("fr", None), ("zh;q=0, en;q=0.1", "en"), ("zh;q=x", None), ("", None)],
)  # fmt: skip
def test_the_best_known_language_of_the_header(header, language):
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("request_", "language"),
    [(_request("/x.html"), "zh"), (_request("/field.en.html"), "en"), (_request("/api/v1/gaps"), "en"),
     (_request("/api/v1/gaps", accept="zh-CN"), "zh"), (_request("/x.html", "lang=en", "zh"), "en"),
     (_request("/x.html", "lang=zh", "en"), "zh"), (_request("/x.html", "lang=fr", "en"), "en")],
)  # fmt: skip
def test_the_wish_in_the_address_then_the_browser_then_the_page(request_, language):
    assert of_request(request_) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [({"GRIDMAP_LANG": "zh", "LANG": "en_GB.UTF-8"}, "zh"), ({"GRIDMAP_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
     ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "de_DE.UTF-8"}, "en"), ({"LC_ALL": "zh_CN", "LANG": "en"}, "zh")],
)  # fmt: skip
def test_the_language_of_the_terminal(environment, language):
    assert of_terminal(environment) == language


def test_the_command_line_speaks_both_languages(tmp_path):
    missing = tmp_path / "none.csv"
    chinese = gridmap_process("--lang", "zh", "check", missing, check=False)
    english = gridmap_process("check", missing, check=False, env={"GRIDMAP_LANG": "en"})
    assert "不是文件：请检查路径" in chinese.stderr
    assert "is no file: check the path" in english.stderr
    both = json.loads(gridmap_process("check", missing, "--json", check=False).stdout)["problems"][0]
    assert (both["message"], both["message_zh"]) == ("is no file: check the path", "不是文件：请检查路径")


def test_a_missing_workspace_is_said_in_chinese_with_the_setting(tmp_path):
    done = gridmap_process("coverage", tmp_path, check=False, env={"GRIDMAP_LANG": "zh"})
    assert done.returncode == 1
    assert "还没有城市数据：请先运行" in done.stderr
