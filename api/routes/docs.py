"""The description of the interface as a page, from files of our own alone."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.routes.pages import answer

router = APIRouter(include_in_schema=False)
PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gridmap API</title>
<link rel="icon" href="/assets/css/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<main id="interface"></main>
<script src="/assets/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/assets/js/docs.js"></script>
</body>
</html>
"""


@router.get("/docs")
def docs() -> Response:
    """Show the description of the interface."""
    return answer(PAGE, "docs.html")
