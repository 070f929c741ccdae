/** What hitless does not print as Kubernetes does, and shall: none of these is meant to stay. */
export interface OpenDifference {
  readonly what: string
  readonly session: string
  readonly command: RegExp
  /** What the input of the command says; absent when that does not matter. */
  readonly input?: RegExp
}

export const OPEN_DIFFERENCES: readonly OpenDifference[] = [
  {
    what: 'A kind that is not served is asked for in /openapi/v2, which kubectl 1.33 wants to read.',
    session: 'apply',
    command: /^kubectl apply -f -/,
    input: /nonsense\/v1|kind: List/,
  },
  {
    what: 'The same for a kind in another group.',
    session: 'errors',
    command: /^kubectl create -f -/,
    input: /wrong-group/,
  },
  {
    what: 'The refusal of a change of a pod ends in a diff of the internal object.',
    session: 'apply',
    command: /^kubectl apply -f -/,
    input: /command: \[other\]/,
  },
  {
    what: 'The refusal of a change of a pod ends in a diff of the internal object.',
    session: 'errors',
    command: /^kubectl patch pod small .*(?:nodeName|terminationGracePeriodSeconds)/,
  },
  {
    what: 'An unknown type of strategy is quoted without its rollingUpdate.',
    session: 'errors',
    command: /^kubectl create -f -/,
    input: /type: Rolling,/,
  },
  {
    what: 'A token of an account that is not there: the subresource itself is not there.',
    session: 'create',
    command: /^kubectl create token/,
  },
  {
    what: 'A strategic merge patch of a wrong type is refused in other words.',
    session: 'diff',
    command: /^kubectl diff -f -/,
    input: /replicas: x/,
  },
  {
    what: 'A strategic merge patch of a wrong type or of broken JSON is refused in other words.',
    session: 'patch',
    command: /'\{"spec":'|"many"/,
  },
  {
    what: 'The answer to a patch of scale does not show that something changed.',
    session: 'patch',
    command: /--subresource=scale/,
  },
  {
    what: 'The scheduler writes events of the older kind.',
    session: 'events',
    command: /^kubectl get events(?:\.v1\.events\.k8s\.io)? -o (?:wide|yaml)/,
  },
  {
    what: 'No token is mounted into pods.',
    session: 'expose',
    command: /^kubectl run dry .*--dry-run=server/,
  },
  {
    what: 'The warning about Endpoints is missing where the named ones are not there.',
    session: 'ingress',
    command: /^kubectl describe ingress web/,
  },
  {
    what: 'Two groups claim the short name of Ingress.',
    session: 'ingress',
    command: /^kubectl get ing$/,
  },
  {
    what: 'lastProbeTime is there, and null, in each condition of a pod.',
    session: 'get-output',
    command: /^kubectl get pods -o yaml/,
  },
  {
    what: 'Scale has columns of its own.',
    session: 'get-output',
    command: /--subresource=scale$/,
  },
  {
    what: 'The fields of metadata come in another order.',
    session: 'replace-edit',
    command: /^kubectl create --raw/,
  },
  {
    what: 'The fields of metadata come in another order.',
    session: 'version-and-raw',
    command: /--raw \/api\/v1\/namespaces\/session-version-and-raw$/,
  },
  {
    what: 'A change of scale is not recorded as one of the subresource in managedFields.',
    session: 'server-side-apply',
    command: /^kubectl apply --server-side -f web\.yaml$/,
  },
  {
    what: 'Unknown and wrongly typed fields of server-side apply are refused in other words.',
    session: 'server-side-apply',
    command: /^kubectl apply --server-side .*-f -/,
    input: /colour|number/,
  },
  {
    what: '/version and /api say less.',
    session: 'version-and-raw',
    command: /^kubectl version -o json|--raw \/(?:version|api)$/,
  },
  {
    what: 'A watch from a version that is no number is refused with another reason.',
    session: 'version-and-raw',
    command: /watch=1/,
  },
  {
    what: 'Broken JSON is quoted whole, and a key that is there twice is not seen.',
    session: 'version-and-raw',
    command: /^kubectl create --raw .*(?:configmaps -f -|fieldValidation=Strict)/,
    input: /"ConfigMap"$|"a":"2"/m,
  },
  {
    what: 'No controller labels nodes.',
    session: 'nodes',
    command: /kubectl describe node fake-spare/,
  },
]
