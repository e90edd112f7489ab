"""A hearth client in Python: sends a delivery, reads candidates.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python client.py send housing tenancies.csv \
        --agency anytown-homes --delivery-id 2026-03-01 --as-at 2026-03-01
    .venv/bin/python client.py candidates sf-2022

The modules for hearth's messages are generated from ../../proto when the
program starts, into the folder generated/, which git ignores.
"""

import argparse
import csv
import itertools
import pathlib
import sys

import grpc
from grpc_tools import protoc

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parent.parent / "proto"
GENERATED = HERE / "generated"

# A sender that is cut off opens the delivery again and goes on after the last
# row that is on disk; this many times at most.
ATTEMPTS = 5
ROWS_A_MESSAGE = 500

# feed: (number of the enum, message type, field of Row)
FEEDS = {
    "attendance": (1, "AttendanceRow", "attendance"),
    "police": (2, "PoliceRow", "police"),
    "housing": (3, "HousingRow", "housing"),
    "benefits": (4, "BenefitsRow", "benefits"),
    "involvement": (5, "InvolvementRow", "involvement"),
    "addresses": (6, "AddressRow", "address"),
    "schools": (7, "SchoolRow", "school"),
    "population": (8, "PopulationRow", "population"),
    "targets": (9, "TargetRow", "target"),
}


def generate():
    """Writes the Python modules of the contract and makes them importable."""
    import grpc_tools

    GENERATED.mkdir(exist_ok=True)
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = sorted(str(p.relative_to(PROTO)) for p in PROTO.rglob("*.proto"))
    arguments = ["protoc", f"-I{PROTO}", f"-I{well_known}",
                 f"--python_out={GENERATED}", f"--grpc_python_out={GENERATED}"]
    if protoc.main(arguments + files) != 0:
        raise SystemExit("the contract in proto/ could not be compiled")
    sys.path.insert(0, str(GENERATED))


def rows_of(path, feed, rows_pb2):
    """Yields a Row message for each line of a CSV file (UTF-8)."""
    from hearth.feed.v1 import feed_pb2

    _, message, field = FEEDS[feed]
    with open(path, newline="", encoding="utf-8-sig") as file:
        for line in csv.DictReader(file):
            row = getattr(rows_pb2, message)(**{k: v for k, v in line.items() if v})
            yield feed_pb2.Row(**{field: row})


def messages(key, path, feed, acknowledged):
    """Yields the messages of a stream, from the row after acknowledged on."""
    from hearth.feed.v1 import feed_pb2, rows_pb2

    rows = itertools.islice(rows_of(path, feed, rows_pb2), acknowledged, None)
    first = acknowledged + 1
    while batch := list(itertools.islice(rows, ROWS_A_MESSAGE)):
        yield feed_pb2.SendRowsRequest(key=key, first_position=first, rows=batch)
        first += len(batch)


def send(channel, args):
    """Sends a file as one delivery and prints its account."""
    from hearth.feed.v1 import feed_pb2, feed_pb2_grpc

    stub = feed_pb2_grpc.FeedServiceStub(channel)
    key = feed_pb2.DeliveryKey(
        feed=FEEDS[args.feed][0], agency=args.agency, delivery_id=args.delivery_id)
    delivery = feed_pb2.Delivery(key=key, as_at=args.as_at,
                                 period_from=args.period_from, period_to=args.period_to)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            opened = stub.OpenDelivery(feed_pb2.OpenDeliveryRequest(delivery=delivery))
            position = opened.acknowledged_position
            if opened.state == feed_pb2.DELIVERY_STATE_OPEN:
                for answer in stub.SendRows(messages(key, args.file, args.feed, position)):
                    position = answer.acknowledged_position
            sealed = stub.SealDelivery(feed_pb2.SealDeliveryRequest(key=key, rows=position))
            break
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE or attempt == ATTEMPTS:
                raise
    a = sealed.account
    print(f"{args.feed}: rows={a.rows} accepted={a.accepted} rejected={a.rejected} "
          f"superseded={a.superseded} held={a.held}")
    return 3 if sealed.state == feed_pb2.DELIVERY_STATE_HELD or a.rejected else 0


def candidates(channel, args):
    """Prints the eligible households of a framework, with their reasons."""
    from hearth.query.v1 import query_pb2, query_pb2_grpc

    stub = query_pb2_grpc.QueryServiceStub(channel)
    request = query_pb2.StreamCandidatesRequest(
        framework=args.framework, filter=query_pb2.CandidateFilter(eligibility="eligible"))
    for answer in stub.StreamCandidates(request):
        c = answer.candidate
        print(f"{c.household_id} eligible as at {c.as_at}: {c.reason}")
        for need in c.needs:
            if need.status == "met":
                print(f"  {need.criterion}: {need.reason} [{', '.join(need.evidence)}]")
    return 0


def parse_arguments():
    parser = argparse.ArgumentParser(description="A hearth client in Python.")
    parser.add_argument("--server", default="127.0.0.1:7400", metavar="HOST:PORT")
    commands = parser.add_subparsers(required=True)
    p = commands.add_parser("send", help="send a CSV file as one delivery")
    p.add_argument("feed", choices=FEEDS)
    p.add_argument("file")
    p.add_argument("--agency", required=True)
    p.add_argument("--delivery-id", required=True)
    p.add_argument("--as-at", required=True, metavar="YYYY-MM-DD")
    p.add_argument("--period-from", default="", metavar="YYYY-MM-DD")
    p.add_argument("--period-to", default="", metavar="YYYY-MM-DD")
    p.set_defaults(run=send)
    p = commands.add_parser("candidates", help="list a framework's eligible households")
    p.add_argument("framework")
    p.set_defaults(run=candidates)
    return parser.parse_args()


def main():
    args = parse_arguments()
    generate()
    with grpc.insecure_channel(args.server) as channel:
        try:
            return args.run(channel, args)
        except grpc.RpcError as error:
            print(f"{error.code().name}: {error.details()}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
