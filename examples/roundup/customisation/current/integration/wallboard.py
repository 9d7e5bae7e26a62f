"""Counts the open issues of every agent, for the screen on the wall, through the REST interface."""

import hashlib
import json
import os
import sys
import urllib.request

HOST = os.environ.get("DESK_HOST", "127.0.0.1:8080")


def ask(path):
    """Ask the service desk as the wallboard's own account."""
    request = urllib.request.Request(
        f"http://{HOST}{path}", headers={"Authorization": os.environ["DESK_AUTHORISATION"]}
    )
    return json.load(urllib.request.urlopen(request))  # noqa: S310


def main():
    """Print one line an agent, and a mark that changes when anything did."""
    issues = ask("/rest/data/issue?@fields=status,assignedto&@verbose=2")["data"]["collection"]
    counts = {}
    for issue in issues:
        agent = (issue["assignedto"] or {}).get("username", "nobody")
        if issue["status"]["name"] != "resolved":
            counts[agent] = counts.get(agent, 0) + 1
    board = "\n".join(f"{agent}\t{count}" for agent, count in sorted(counts.items()))
    mark = hashlib.md5(board.encode()).hexdigest()  # noqa: S324
    sys.stdout.write(f"{board}\n{mark}\n")


if __name__ == "__main__":
    main()
