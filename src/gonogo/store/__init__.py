"""The run folder: the only place evidence is written to and read from.

    reports/<run-id>/
      upgrade.json  plan.json                 what was declared and planned
      runs/<stage>.<side>/raw/…               the tools' own output
      runs/<stage>.<side>/observations.jsonl  what was read from it
      runs/<stage>.<side>/stage.json          written last: seals the folder with digests
      runs/<stage>.<side>.repeat-<n>/         the same, for the n-th time doubtful checks were tried again
      judging.json                            the moment and the definition it was judged by
      comparison.json  verdict.json  published/   derived; can be made again

A stage's raw output is gathered elsewhere (`workplace`) and comes into the run folder when it is sealed, without
secrets and personal data. A stage folder is written once. Derived files are replaced whole (written aside, then
renamed).
"""

from gonogo.store.disk import storing
from gonogo.store.run_folder import LATEST, RunFolder
from gonogo.store.stage_folder import HEADER, OBSERVATIONS, folder_name, read_stage

__all__ = ["HEADER", "LATEST", "OBSERVATIONS", "RunFolder", "folder_name", "read_stage", "storing"]
