from gonogo.steps.all import *  # noqa: F403
