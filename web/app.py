"""Puts the pages together."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import AlreadyExists, MarsadError, NotFound
from settings import Settings
from storage.engine import Database
from web import (
    alerting,
    articles,
    copies,
    feeds,
    health,
    outlets,
    outward,
    preview,
    references,
    rules,
    stories,
    teach,
    topics,
)
from web.desk import Clock, Desk
from web.forms import Signer
from web.guard import Guard
from web.show import error_page


def make_app(settings: Settings, db: Database, clock: Clock) -> FastAPI:
    """Make the web application on an open, migrated database. `clock` gives the time now, with zone."""
    app = FastAPI(title="Marsad", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(db, clock, Signer(), settings.public_url)
    app.state.most = settings.backfill_articles
    for part in (
        topics,
        alerting,
        rules,
        teach,
        preview,
        references,
        articles,
        copies,
        feeds,
        outlets,
        health,
        outward,
        stories,
    ):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), "static")
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(MarsadError, _marsad_error)
    app.add_middleware(Guard, hosts=settings.web_allowed_hosts)
    return app


async def _http_error(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    return HTMLResponse(error_page(error.status_code), error.status_code, error.headers)


async def _bad_request(request: Request, error: Exception) -> HTMLResponse:
    """Say 404 for a path that names no row, and 422 for a value in the query that is not understood."""
    assert isinstance(error, RequestValidationError)
    status = 404 if any(fault["loc"][0] == "path" for fault in error.errors()) else 422
    return HTMLResponse(error_page(status), status)


async def _marsad_error(request: Request, error: Exception) -> HTMLResponse:
    status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, AlreadyExists) else 422
    return HTMLResponse(error_page(status), status)
