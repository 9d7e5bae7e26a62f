"""How far looking at one side goes, and as whom. All of it is declared before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.config.stage_options.security import SecurityOptions
from gonogo.guard import REFUSED_BY_DEFAULT, Origin
from gonogo.model import SignIn
from gonogo.stages.base import Project, SideContext
from gonogo.stages.security.exploring import Bounds
from gonogo.stages.security.session import Account, Marker, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may be looked at on a side, by which account; nothing of it changes while looking."""

    project: Project
    options: SecurityOptions
    context: SideContext

    @property
    def how(self) -> SignIn | None:
        """How people sign in; None when nobody does."""
        return self.project.upgrade.sign_in

    @property
    def signs_in(self) -> bool:
        """Whether there is a way to sign in and somebody to sign in as."""
        return self.how is not None and bool(self.context.users)

    @property
    def sign_in_path(self) -> str:
        """Where the sign-in form is; empty when nobody signs in."""
        return self.how.path if self.how else ""

    @property
    def bounds(self) -> Bounds:
        """How far exploring goes."""
        web = self.options.web
        return Bounds(
            depth=web.depth,
            pages_max=web.pages_max,
            refused_paths=self.refused_paths,
            templates=tuple(web.routes),
            with_forms=web.submit_forms,
        )

    @property
    def refused_paths(self) -> tuple[str, ...]:
        """Paths never touched: the usual ones, the declared sign-out, and what the team adds."""
        sign_out = (f"^{re.escape(self.how.sign_out_path)}",) if self.how and self.how.sign_out_path else ()
        return (*REFUSED_BY_DEFAULT, *sign_out, *self.options.web.exclude)

    @property
    def account(self) -> Account | None:
        """Whom the site is explored and attacked as; None when nobody can sign in or the password is not known."""
        return (
            self._account_of(self.options.web.role or self.context.users[0].role) if self.signs_in else None
        )

    @property
    def spare(self) -> Account | None:
        """The account set aside for wrong passwords; None when there is none, or its password is not known."""
        role = self.options.web.lockout_role
        return self._account_of(role) if self.signs_in and role else None

    def new_session(self) -> Session:
        """A session of nobody's yet, that knows what a signed-in user sees."""
        marker = Marker(text=self.how.success_text if self.how else "", is_anonymous=not self.signs_in)
        origin = str(Origin.of(self.context.url))
        return Session(origin=origin, marker=marker, check_path=self.how.check_path if self.how else "/")

    def _account_of(self, role: str) -> Account | None:
        user = next((user for user in self.context.users if user.role == role), None)
        password = self.context.secrets.get(user.password_variable, "") if user else ""
        return Account(role=role, username=user.username, password=password) if user and password else None
