"""The pages' files, as any client gets them; tests/service/pages opens them in a browser."""

import httpx
import pytest

from tests.conftest import Serve


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/docs", "text/html; charset=utf-8"),
        ("/studio/app.js", "text/javascript; charset=utf-8"),
        ("/studio/icon.svg", "image/svg+xml"),
        ("/docs/start.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    ],
)
def test_file_is_answered_under_a_policy(client: httpx.Client, path: str, media_type: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_file_that_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/docs/start.js")
    again = client.get("/docs/start.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/docs/", "/docs/missing.js", "/docs/..%2F..%2Fapp.py", "/docs/%2Fetc%2Fpasswd", "/docs/%00", "/docs/swagger-ui"],
)
def test_what_is_no_file_of_a_page_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def test_browsers_are_shown_the_studio_and_all_others_links(client: httpx.Client) -> None:
    page = client.get("/", headers={"Accept": BROWSER})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    links = client.get("/")
    assert page.headers["Vary"] == links.headers["Vary"] == "Accept"
    paths = [value for value in links.json().values() if value.startswith("/")]
    assert "/docs" in paths
    assert {client.get(path).status_code for path in paths} == {200}


@pytest.mark.parametrize("path", ["index.html", "app.js"])
def test_page_names_no_other_host(client: httpx.Client, path: str) -> None:
    assert "://" not in client.get(f"/studio/{path}").text


def test_files_are_counted_under_one_name(client: httpx.Client) -> None:
    client.get("/docs/start.js")
    assert 'route="/docs/{path:path}",status="200"' in client.get("/metrics").text


def test_no_key_is_asked_for(serve: Serve) -> None:
    assert serve(api_keys=("secret",)).get("/docs").status_code == 200
