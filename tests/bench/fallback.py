"""How long a caller waits for the fallback when the database has been cut off under the line."""

from http.client import HTTPConnection
from statistics import median, quantiles

from tests.bench.families import PADDING, Families, Morning
from tests.bench.servers import TOKEN, Opponent, line_server
from tests.bench.turns import PORT
from tests.support.postgresql import postgresql_server

CALLS = 300


def measure() -> None:
    """Print the times over HTTP, with the database there and with it stopped."""
    print(f"\nThe fallback, {CALLS} requests over HTTP: median, 99th percentile and longest in ms")
    with postgresql_server() as server, line_server("line", server.url, PORT + 3) as line:
        _report("database there", line)
        server.stop_at_once()
        _report("database stopped", line)
        server.start()


def _report(condition: str, line: Opponent) -> None:
    families = Families(Morning(line.address, TOKEN, 1, CALLS))
    connection = HTTPConnection(families.host, families.port, timeout=30)
    for n in range(CALLS):
        form = PADDING | {"CallSid": f"CA{n:032x}", "From": "+18475550128", "ErrorCode": "11200"}
        families.post(connection, condition, "/voice/fallback", form)
    connection.close()
    times = [seconds * 1e3 for seconds in families.times[condition]]
    print(
        f"  {condition:18}{median(times):6.1f} {quantiles(times, n=100)[98]:6.1f} {max(times):6.1f}"
    )
