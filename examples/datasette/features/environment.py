from gonogo.steps.environment import *  # noqa: F403
