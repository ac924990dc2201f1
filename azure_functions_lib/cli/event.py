"""``azfl event KIND``."""

from __future__ import annotations

import click


@click.command("event")
@click.argument("kind", required=False)
@click.option("--list", "listed", is_flag=True, help="Print the kinds instead.")
def command(kind: str | None, listed: bool) -> None:
    """Print a trigger's payload to edit, for azfl invoke --payload.

    KIND is one of those that --list prints, such as queue or service-bus-batch, or the type of a
    trigger, such as queueTrigger.
    """
    from ..delivery.events import KINDS
    from ..delivery.recorded import dumps

    if listed:
        click.echo("\n".join(KINDS))
        return
    make = KINDS.get(_listed(kind or ""))
    if make is None:
        came = f"{kind!r} is none" if kind else "there is none"
        raise click.UsageError(f"give a kind of event: {came}. There are: {', '.join(KINDS)}")
    click.echo(dumps(make()))


def _listed(kind: str) -> str:
    """Write a kind as the list does: ``service-bus`` for service_bus and serviceBusTrigger."""
    from ..bindings import binding_type

    name = binding_type(kind).event if kind.lower().endswith("trigger") else kind
    return name.replace("_", "-").lower()
