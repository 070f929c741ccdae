"""What the tests do with the official client for Python: https://github.com/kubernetes-client/python.

Usage: python_round.py KUBECONFIG. Prints a line for each answer.
"""

import json
import sys
import tempfile

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException
from kubernetes.dynamic import DynamicClient

NAMESPACE = "python"
WATCH_SECONDS_MAX = 60


def main():
    config.load_kube_config(config_file=sys.argv[1])
    core, apps = client.CoreV1Api(), client.AppsV1Api()
    core.create_namespace({"metadata": {"name": NAMESPACE}})
    for number in range(1, 4):
        body = {"metadata": {"name": f"c{number}", "labels": {"of": "round"}}, "data": {"n": "0"}}
        core.create_namespaced_config_map(NAMESPACE, body)
    listed = list_all(core)
    watch_changes(core, listed)
    patch_both_ways(apps)
    with tempfile.TemporaryDirectory() as directory:
        apply_as_two(f"{directory}/discovery.json")
    tell_errors(core)
    delete_all(core, apps)


def list_all(core):
    whole = core.list_namespaced_config_map(NAMESPACE, label_selector="of=round")
    print("list", *[item.metadata.name for item in whole.items])
    part = core.list_namespaced_config_map(NAMESPACE, label_selector="of=round", limit=2)
    rest = core.list_namespaced_config_map(
        NAMESPACE, label_selector="of=round", limit=2, _continue=part.metadata._continue
    )
    print("pages", len(part.items), len(rest.items), rest.metadata._continue)
    return whole.metadata.resource_version


def watch_changes(core, resource_version):
    core.patch_namespaced_config_map("c1", NAMESPACE, {"data": {"n": "1"}})
    core.delete_namespaced_config_map("c2", NAMESPACE)
    core.create_namespaced_config_map(
        NAMESPACE, {"metadata": {"name": "c4", "labels": {"of": "round"}}}
    )
    stream = watch.Watch()
    events = stream.stream(
        core.list_namespaced_config_map,
        NAMESPACE,
        label_selector="of=round",
        resource_version=resource_version,
        timeout_seconds=WATCH_SECONDS_MAX,
    )
    for count, event in enumerate(events, start=1):
        found = event["object"]
        print("watch", event["type"], found.metadata.name, (found.data or {}).get("n"))
        if count == 3:
            stream.stop()


def patch_both_ways(apps):
    labels = {"app": "web"}
    container = {"name": "app", "image": "app:v1", "env": [{"name": "A", "value": "1"}]}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    apps.create_namespaced_deployment(NAMESPACE, {"metadata": {"name": "web"}, "spec": spec})
    # The client takes a dictionary for a strategic merge patch, and a list for a JSON patch.
    change = {"name": "app", "env": [{"name": "B", "value": "2"}]}
    merged = apps.patch_namespaced_deployment(
        "web", NAMESPACE, {"spec": {"template": {"spec": {"containers": [change]}}}}
    )
    names = sorted(each.name for each in merged.spec.template.spec.containers[0].env)
    print("strategic merge", *names)
    operations = [{"op": "replace", "path": "/spec/replicas", "value": 2}]
    print("json", apps.patch_namespaced_deployment("web", NAMESPACE, operations).spec.replicas)
    scale = apps.patch_namespaced_deployment_scale("web", NAMESPACE, {"spec": {"replicas": 3}})
    print("scale", scale.spec.replicas)


def apply_as_two(cache):
    """By the dynamic client, which finds out from discovery what there is."""
    dynamic = DynamicClient(client.ApiClient(), cache_file=cache)
    deployments = dynamic.resources.get(api_version="apps/v1", kind="Deployment")
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 5},
    }

    def apply(**options):
        return deployments.server_side_apply(
            body=body, namespace=NAMESPACE, field_manager="round", **options
        )

    try:
        apply()
    except ApiException as error:
        print("apply", error.status, json.loads(error.body)["reason"])
    print("apply by force", apply(force_conflicts=True).spec.replicas)


def tell_errors(core):
    try:
        core.read_namespaced_config_map("none", NAMESPACE)
    except ApiException as error:
        status = json.loads(error.body)
        print("error", error.status, error.reason, status["reason"], status["message"])
    try:
        core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "Not A Name"}})
    except ApiException as error:
        causes = json.loads(error.body)["details"]["causes"]
        print("error", error.status, *[cause["field"] for cause in causes])


def delete_all(core, apps):
    deleted = apps.delete_namespaced_deployment("web", NAMESPACE, propagation_policy="Background")
    print("delete", deleted.status)
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="of=round")
    left = core.list_namespaced_config_map(NAMESPACE, label_selector="of=round")
    print("left", len(left.items))
    namespace = core.delete_namespace(NAMESPACE)
    print("namespace", namespace.status)


main()
