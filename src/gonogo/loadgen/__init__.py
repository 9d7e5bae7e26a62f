"""The load generator: a Locust process that does what the load stage tells it, round by round.

Started as `python -m gonogo.loadgen`. It needs gevent, which changes the standard library of its process for
good; so nothing of gonogo imports this package. What both sides of the conversation know is in
`gonogo.readers.load_messages` and `gonogo.readers.load_rounds`.
"""
