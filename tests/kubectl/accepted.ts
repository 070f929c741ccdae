import type { Printed } from './session-text.ts'

/** A difference to Kubernetes that stays, and why. */
export interface AcceptedDifference {
  /** Every session when absent. */
  readonly session?: string
  /** The commands it is about, for people. */
  readonly about: string
  readonly command: RegExp
  /** Tells it from equal commands by their input. */
  readonly input?: RegExp
  readonly difference: Difference
  readonly reason: string
}

export type Difference =
  /** All is equal, but for the widths of columns, save what only one of both prints: all of it, and only that one. */
  | {
      readonly kind: 'lines'
      readonly onlyInKubernetes?: RegExp
      readonly onlyInHitless?: readonly string[]
    }
  /** hitless prints this, and no less. */
  | { readonly kind: 'instead'; readonly printed: Printed }

const OTHER_KINDS =
  /^(?:bindings|componentstatuses|controllerrevisions|cronjobs|daemonsets|horizontalpodautoscalers|ipaddresses|jobs|limitranges|networkpolicies|persistentvolumeclaims|persistentvolumes|podtemplates|replicationcontrollers|resourcequotas|servicecidrs|statefulsets)\b.*\n/gm

const OTHER_GROUPS =
  /^(?:(?:admissionregistration|apiextensions|apiregistration|certificates|flowcontrol\.apiserver|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io\/v1|(?:autoscaling|batch)\/v\d)\n/gm

const NO_OCI =
  'What is wrong with the program is told, without what containerd and runc put around it.'

const POD_DIFF =
  'The rule is told, without the diff of the internal object that a Go library prints behind it: that one is made to be read, not relied on.'

const POD_RULE =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,' +
  '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to ' +
  'existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    session: 'api-resources',
    about: '`api-resources` of the groups of these kinds',
    command:
      /^kubectl api-resources .*(?:group=(?:apps|networking.*|'')?(?: -o.*| --sort.*)?$|categories)/,
    difference: { kind: 'lines', onlyInKubernetes: OTHER_KINDS },
    reason: 'hitless serves the kinds that a rollout is made of, and no others.',
  },
  {
    session: 'api-resources',
    about: '`api-versions`',
    command: /^kubectl api-versions/,
    difference: {
      kind: 'lines',
      onlyInKubernetes: OTHER_GROUPS,
      onlyInHitless: ['extensions/v1beta1', 'networking.k8s.io/v1beta1'],
    },
    reason:
      'No groups of kinds that are not served; and the beta versions of Ingress, which guides still use, are there.',
  },
  {
    session: 'seed-5',
    about: '`apply` of an Ingress in extensions/v1beta1',
    command: /^kubectl apply -f ingress\.yaml/,
    difference: {
      kind: 'instead',
      printed: {
        stdout: 'ingress.extensions/websample-ing created\n',
        stderr:
          'Warning: extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; ' +
          'use networking.k8s.io/v1 Ingress\n',
        exitCode: 0,
      },
    },
    reason:
      'Kubernetes 1.22 took this version of Ingress away; hitless serves it, with the warning of older versions, since guides still use it.',
  },
  {
    session: 'seed-5',
    about: '`get ingress` after that',
    command: /^kubectl get ingress/,
    difference: {
      kind: 'instead',
      printed: {
        stdout:
          'NAME            CLASS    HOSTS              ADDRESS   PORTS   AGE\n' +
          'websample-ing   <none>   127.0.0.1.xip.io             80      <age>\n',
        stderr: '',
        exitCode: 0,
      },
    },
    reason: 'The same: the Ingress of the old version is there.',
  },
  {
    about: '`describe namespace`',
    command: /^kubectl describe namespace/,
    difference: {
      kind: 'lines',
      onlyInKubernetes: /\nNo resource quota\.\n\nNo LimitRange resource\.\n/g,
    },
    reason: 'There are no quotas and limit ranges, so kubectl says nothing about them.',
  },
  {
    session: 'set',
    about: '`set subject`',
    command: /^kubectl set subject/,
    difference: {
      kind: 'instead',
      printed: {
        stdout: '',
        stderr: 'error: the server doesn\'t have a resource type "rolebinding"\n',
        exitCode: 1,
      },
    },
    reason: 'There are no roles: whoever has the token may do everything.',
  },
  {
    session: 'exec',
    about: '`exec` of a program by a path that is not there',
    command: /^kubectl exec running -- \/missing$/,
    difference: {
      kind: 'instead',
      printed: {
        stdout: '',
        stderr:
          'error: Internal error occurred: error executing command in container: ' +
          'exec: "/missing": stat /missing: no such file or directory\n',
        exitCode: 1,
      },
    },
    reason: NO_OCI,
  },
  {
    session: 'exec',
    about: '`exec` of a program by a name that is not there',
    command: /^kubectl exec running -- missing$/,
    difference: {
      kind: 'instead',
      printed: {
        stdout: '',
        stderr:
          'error: Internal error occurred: error executing command in container: ' +
          'exec: "missing": executable file not found in $PATH\n',
        exitCode: 1,
      },
    },
    reason: NO_OCI,
  },
  {
    session: 'pod-status',
    about: '`describe` of a pod that has ended',
    command: /^eventually kubectl describe pod ended/,
    difference: {
      kind: 'lines',
      onlyInKubernetes: /^ {2}PodReadyToStartContainers {3}False \n/gm,
      onlyInHitless: ['  PodReadyToStartContainers   True '],
    },
    reason: 'A pod that has ended keeps its network until it is deleted.',
  },
  {
    session: 'apply',
    about: '`apply` of a pod with another command',
    command: /^kubectl apply -f -/,
    input: /command: \[other\]/,
    difference: {
      kind: 'instead',
      printed: { stdout: '', stderr: `The Pod "small" is invalid: ${POD_RULE}\n`, exitCode: 1 },
    },
    reason: POD_DIFF,
  },
  {
    session: 'errors',
    about: '`patch` of what a pod keeps',
    command: /^kubectl patch pod small .*(?:nodeName|terminationGracePeriodSeconds)/,
    difference: {
      kind: 'instead',
      printed: { stdout: '', stderr: `The Pod "small" is invalid: ${POD_RULE}\n`, exitCode: 1 },
    },
    reason: POD_DIFF,
  },
  {
    session: 'auth',
    about: '`auth can-i --list`',
    command: /^kubectl auth can-i --list/,
    difference: {
      kind: 'lines',
      onlyInKubernetes: /^(?:selfsubject.*| .*\[get\])\n/gm,
    },
    reason: 'There are no roles, so there is one rule: that everything is allowed.',
  },
  {
    session: 'auth',
    about: '`auth whoami`',
    command: /^kubectl auth whoami/,
    difference: {
      kind: 'lines',
      onlyInKubernetes: /^Extra: .*\n| {4}extra:\n.*\n.*X509SHA256.*\n/gm,
    },
    reason:
      'The administrator of the recorded control plane has a certificate, which is told; that of hitless has a token.',
  },
  {
    session: 'nodes',
    about: '`describe node`',
    command: /^eventually kubectl describe node fake-spare --show-events=false$/,
    difference: {
      kind: 'lines',
      onlyInHitless: [
        'PodCIDR:                      <ip>/24',
        'PodCIDRs:                     <ip>/24',
      ],
    },
    reason:
      'hitless gives nodes ranges of addresses, as kubeadm’s clusters do; the recorded control plane runs without `--allocate-node-cidrs`.',
  },
]
