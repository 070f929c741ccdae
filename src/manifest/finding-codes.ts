/** Every code of a finding of this room with its meaning. docs/reference/errors.md has an entry for each. */
export const MANIFEST_FINDING_CODES = {
  'path-missing': 'The file or directory to read does not exist.',
  'file-unreadable': 'A file or directory is there but cannot be read.',
  'no-manifests': 'No *.yaml, *.yml or *.json file with an object in it was found.',
  'yaml-syntax': 'The text is not YAML (or JSON).',
  'yaml-duplicate-key': 'A key is there twice in one mapping; only one of the values can count.',
  'yaml-too-large': 'A document has more values, or nests deeper, than any manifest would.',
  'not-an-object':
    'A document is not a Kubernetes object: apiVersion, kind or metadata.name is missing.',
  'unknown-kind': 'Kubernetes has no such kind under this apiVersion.',
  'unknown-field': 'A field that the kind does not have.',
  'missing-field': 'A field that Kubernetes requires.',
  'wrong-type': 'A value of another type than the field takes.',
  'unknown-value': 'A value outside of the few that the field takes.',
  'invalid-object': 'Kubernetes would refuse the object; the message is its own.',
  'selector-mismatch': 'The selector of a workload does not match the labels of its own template.',
  'duplicate-object': 'Two objects of one kind, namespace and name.',
  'field-not-applied': 'The engine does not act on this field yet.',
  'no-deployment': 'There is no Deployment, so nothing can be rolled out.',
  'ambiguous-deployment': 'There are several Deployments and `change` names none.',
  'no-replicas': 'The Deployment under test asks for no pods, so there is nothing to drop.',
  'service-selects-nothing': 'A Service whose selector matches the pods of no Deployment.',
  'no-target-service': 'There is no Service to send the load to.',
  'ambiguous-target-service': 'Several Services could take the load and `load.target` names none.',
  'unknown-target-service': '`load.target` names a Service that is not there.',
  'unknown-target-port': '`load.target` names a port that the Service does not have.',
  'target-port-without-container':
    'The port of the target Service names a port that no container of the pods has.',
  'ambiguous-target-port':
    'The target Service has several ports and `load.target` names none; the first is used.',
  'image-without-command': 'Nothing says how this image runs as a process.',
  'program-missing': 'The program of an image mapping does not exist.',
  'unknown-deployment': '`change` names a Deployment that is not there.',
  'unknown-container': '`change` names a container that the Deployment does not have.',
  'change-path-missing': '`change.manifests` names a path that does not exist.',
  'settings-unknown-key': 'A key that hitless.yaml does not have.',
  'settings-wrong-value': 'A value in hitless.yaml of another type or outside of its bounds.',
  'settings-not-supported': 'A setting that belongs to a later version of hitless.',
} as const satisfies Readonly<Record<string, string>>

export type ManifestFindingCode = keyof typeof MANIFEST_FINDING_CODES
