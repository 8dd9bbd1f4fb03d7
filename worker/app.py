"""The Celery application: how messages travel. What they mean is in `worker/tasks.py`."""

from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from settings import Settings, load
from worker import tasks
from worker.context import make_context
from worker.logs import set_up_logs
from worker.orphans import die_with_parent

# Deliveries have a queue of their own so that no slow feed stands before an alert.
ROUTES = {
    "marsad.deliver": {"queue": "alerts"},
    "marsad.poll_feeds": {"queue": "feeds"},
    "marsad.fetch_pages": {"queue": "pages"},
    "marsad.do_jobs": {"queue": "jobs"},
    "marsad.fill_back": {"queue": "backfills"},
}
WORK_QUEUES = "feeds,pages,jobs,backfills"
ALERT_QUEUE = "alerts"
DELIVER_THREADS = 16  # channels that one process delivers to at once


def make_app(settings: Settings) -> Celery:
    """Make the application for these settings: JSON, late acknowledgement, no results, bounded waits."""
    app = Celery("marsad", broker=settings.broker, include=["worker.tasks"], set_as_current=True)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=settings.task_time_limit,
        task_routes=ROUTES,
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=1_500_000,  # kilobytes; a child that grew past it is replaced after its task
        worker_hijack_root_logger=False,
        worker_soft_shutdown_timeout=5.0,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": int(settings.task_time_limit * 4),  # a message is never given twice while it runs
            "unacked_restore_interval": 5,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
        },
    )
    return app


def _start_process(**_: Any) -> None:
    """Give each pool process its own database connection, and let it not outlive its parent."""
    die_with_parent()
    settings = load()
    set_up_logs(settings)
    tasks.use(make_context(settings))


def _stop_process(**_: Any) -> None:
    tasks.context().db.close()


worker_process_init.connect(_start_process)
worker_process_shutdown.connect(_stop_process)
