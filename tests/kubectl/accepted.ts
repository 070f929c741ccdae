import type { Printed } from './session-text.ts'

/** A difference to Kubernetes that stays, and why. */
export interface AcceptedDifference {
  /** Every session when absent. */
  readonly session?: string
  /** The commands it is about, for people. */
  readonly about: string
  readonly command: RegExp
  readonly difference: Difference
  readonly reason: string
}

export type Difference =
  /** Lines that only one of both prints; all others must be equal, but for the widths of columns. */
  | { readonly kind: 'lines'; readonly lines: RegExp }
  /** hitless prints this, and no less. */
  | { readonly kind: 'instead'; readonly printed: Printed }

const OTHER_KINDS =
  /^(?:bindings|componentstatuses|controllerrevisions|cronjobs|daemonsets|horizontalpodautoscalers|ipaddresses|jobs|limitranges|networkpolicies|persistentvolumeclaims|persistentvolumes|podtemplates|replicationcontrollers|resourcequotas|servicecidrs|statefulsets)\b/

const OTHER_GROUPS =
  /^(?:admissionregistration|apiextensions|apiregistration|certificates|flowcontrol\.apiserver|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io\/v1$|^(?:autoscaling|batch)\/v\d$|^(?:extensions|networking\.k8s\.io)\/v1beta1$/

export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    session: 'api-resources',
    about: '`api-resources` of the groups of these kinds',
    command:
      /^kubectl api-resources .*(?:group=(?:apps|networking.*|'')?(?: -o.*| --sort.*)?$|categories)/,
    difference: { kind: 'lines', lines: OTHER_KINDS },
    reason: 'hitless serves the kinds that a rollout is made of, and no others.',
  },
  {
    session: 'api-resources',
    about: '`api-versions`',
    command: /^kubectl api-versions/,
    difference: { kind: 'lines', lines: OTHER_GROUPS },
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
    difference: { kind: 'lines', lines: /^$|^No (?:resource quota|LimitRange resource)\.$/ },
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
]
