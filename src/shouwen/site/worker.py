"""The worker (后台进程): does queued jobs, and comes back whenever the database does.

Procrastinate's worker ends with success when its connection is lost. A bank whose reminders stop because a database was
restarted at night would learn it from the customers, so this loop starts it anew until it is told to stop.
"""

import asyncio
import signal

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

log = structlog.stdlib.get_logger("shouwen.worker")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
# A run of this length was a healthy one: the next pause is short again.
HEALTHY_SECONDS = 60.0


def run(concurrency: int = 4) -> int:
    """Works until SIGTERM or SIGINT, finishing the jobs in hand; returns the exit code."""
    asyncio.run(_keep_working(concurrency))
    return 0


async def _keep_working(concurrency: int) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    pause = FIRST_PAUSE
    while not stopping.is_set():
        started = loop.time()
        await _work_once(concurrency, stopping)
        if stopping.is_set():
            break
        pause = FIRST_PAUSE if loop.time() - started > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        log.warning("worker_ended_by_itself", again_in_seconds=pause)
        try:
            await asyncio.wait_for(stopping.wait(), pause)
        except TimeoutError:
            continue
    log.info("worker_stopped")


async def _work_once(concurrency: int, stopping: asyncio.Event) -> None:
    """One life of Procrastinate's worker; whatever ended it is logged, and the loop goes on."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()):
        working = asyncio.create_task(_open_and_work(concurrency))
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not working.done():
            working.cancel()  # graceful: the jobs in hand are finished first
        ended = (await asyncio.gather(working, return_exceptions=True))[0]
        if isinstance(ended, Exception):
            log.error("worker_failed", exc_info=ended)


async def _open_and_work(concurrency: int) -> None:
    async with app.open_async():
        log.info("worker_started", concurrency=concurrency)
        await app.run_worker_async(
            concurrency=concurrency, install_signal_handlers=False, shutdown_graceful_timeout=20, delete_jobs="never"
        )
