"""The noun `network`: a docker network with a fixed subnet. The addresses of releases are fixed; docker hands out others from the upper half."""

import ipaddress
import json

import firewall
import locks
import runner
import store
from document import address, name, subnet
from errors import Failure, Refused

SHAPE = {"name": name(), "subnet": subnet(), "gateway": address()}
KIND = "networks"
LABEL = "flowfleet.network"


def apply(document):
    """Makes the network, or takes over one that is like it. One with containers in it is never made anew."""
    wanted = ipaddress.ip_network(document["subnet"])
    if ipaddress.ip_address(document["gateway"]) not in wanted:
        raise Refused("the document on stdin is refused", ["gateway: must be an address of %s, got %s" % (wanted, document["gateway"])])
    with locks.hold(locks.HOST):
        found = look(document["name"])
        if found and not found["ours"]:
            raise Failure("network %s: exists and was not made by Flowfleet. Remove it, then run again" % document["name"])
        if found and (found["subnet"], found["gateway"]) != (document["subnet"], document["gateway"]):
            _remove_empty(document["name"], found, "has subnet %s and gateway %s" % (found["subnet"], found["gateway"]))
            found = None
        if not found:
            runner.run(create_arguments(document))
        # The way to the other services leads over the gateway, which the host's firewall would close.
        firewall.open_gateway(document["name"], document["subnet"], document["gateway"])
        store.write(KIND, document["name"], {"owner": document["owner"]})
    return {"network": document["name"], "subnet": document["subnet"], "gateway": document["gateway"]}


def remove(document):
    """Removes the network if it is still this owner's own and empty."""
    with locks.hold(locks.HOST):
        record = store.read(KIND, document["name"])
        if not record or record["owner"] != document["owner"]:
            return {"network": document["name"], "removed": False}
        found = look(document["name"])
        if found:
            _remove_empty(document["name"], found, "is to be removed")
        firewall.close_gateway(document["name"])
        store.remove(KIND, document["name"])
    return {"network": document["name"], "removed": True}


def create_arguments(document):
    upper = list(ipaddress.ip_network(document["subnet"]).subnets(1))[1]
    return ["docker", "network", "create", "--driver", "bridge", "--subnet", document["subnet"], "--gateway", document["gateway"],
            "--ip-range", str(upper), "--label", "%s=%s" % (LABEL, document["name"]), document["name"]]


def look(network):
    """None, or {subnet, gateway, ours, containers: {address: container's name}}."""
    found = runner.run(["docker", "network", "inspect", network], check=False)
    if not found.ok:
        if "no such network" in found.err.lower() or "not found" in found.err.lower():
            return None
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(found.err, 3))
    facts = json.loads(found.out)[0]
    range_ = (facts["IPAM"].get("Config") or [{}])[0]
    attached = {one["IPv4Address"].split("/")[0]: one["Name"] for one in (facts.get("Containers") or {}).values()}
    return {"subnet": range_.get("Subnet"), "gateway": range_.get("Gateway"), "ours": LABEL in (facts.get("Labels") or {}), "containers": attached}


def _remove_empty(network, found, why):
    if found["containers"]:
        attached = ", ".join(sorted(found["containers"].values()))
        raise Failure("network %s: %s, but containers are in it: %s. Remove them first" % (network, why, attached))
    runner.run(["docker", "network", "rm", network])
