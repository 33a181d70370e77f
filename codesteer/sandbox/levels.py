"""The levels of protection, and what is said about them."""

from __future__ import annotations

from codesteer.sandbox.inside.wire import Probed, Refusal

# From the weakest to the strongest. A container or the sandbox of macOS stands beside
# `landlock`: it must keep the same promise.
RANKS = {"none": 0, "seccomp": 1, "landlock": 2, "seatbelt": 2, "full": 3}
LEVELS = ("none", "seccomp", "landlock", "full")

VISIBLE = {
    "full": "",
    "landlock": "names and sizes of host files visible",
    "seatbelt": "names and sizes of host files visible; not tested on macOS",
    "seccomp": "HOST FILES READABLE",
    "none": "UNPROTECTED: snippets can do whatever you can",
}

_ERRORS = {1: "EPERM", 13: "EACCES", 22: "EINVAL", 28: "ENOSPC", 38: "ENOSYS", 95: "EOPNOTSUPP"}

_NAMESPACE_CAUSES = {
    1: "a container's seccomp profile, or kernel.unprivileged_userns_clone=0?",
    28: "user.max_user_namespaces is used up, or 0",
    38: "a kernel without user namespaces",
}
_LANDLOCK_CAUSES = {
    1: "a container's seccomp profile?",
    38: "a kernel before 5.13, or a container's seccomp profile",
    95: "in the kernel, but not enabled at boot",
}


def best(probed: Probed) -> str:
    """The strongest level that the probes allow."""
    if probed["seccomp"] is not None:
        return "none"
    if probed["namespaces"] is None:
        return "full"
    return "landlock" if probed["landlock"] is None else "seccomp"


def refusals(probed: Probed) -> dict[str, str]:
    """Of each layer that is refused here: by what, and the likely cause."""
    found = {}
    if probed["namespaces"] is not None:
        found["namespaces"] = _namespaces_refused(probed["namespaces"])
    if probed["landlock"] is not None:
        found["landlock"] = _said("Landlock refused", probed["landlock"], _LANDLOCK_CAUSES)
    if probed["seccomp"] is not None:
        found["seccomp"] = _said("seccomp refused", probed["seccomp"], {})
    return found


def degradation(level: str, probed: Probed) -> str:
    """Why `level` and not a better one; empty if there is none."""
    found = refusals(probed)
    if level == "full":
        found.pop("namespaces", None)
    return "; ".join(found.values())


def _namespaces_refused(refusal: Refusal) -> str:
    if refusal["step"] == "unshare":
        return _said("user namespaces refused", refusal, _NAMESPACE_CAUSES)
    if refusal["error"] in (1, 13):
        cause = "AppArmor's kernel.apparmor_restrict_unprivileged_userns?"
        return _said("user namespaces without rights", refusal, {refusal["error"]: cause})
    return _said("namespaces refused", refusal, {})


def _said(what: str, refusal: Refusal, causes: dict[int, str]) -> str:
    error = refusal["error"]
    name = _ERRORS.get(error, f"error {error}") if error else ""
    source = f"{name} from {refusal['step']}" if name else refusal["step"]
    cause = causes.get(error, "")
    return f"{what} ({source}{': ' + cause if cause else ''})"
