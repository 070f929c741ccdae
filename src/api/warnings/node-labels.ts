import type { Field } from '../validation/field.ts'
import { checkLabelValue } from '../validation/names.ts'

/** Labels of Nodes that have another name now (https://kubernetes.io/docs/reference/labels-annotations-taints/). */
export const DEPRECATED_LABELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
    'failure-domain.beta.kubernetes.io/region':
      'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    'failure-domain.beta.kubernetes.io/zone':
      'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'beta.kubernetes.io/instance-type':
      'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    'app.kubernetes.io/created-by': 'deprecated since v1.9',
    'scheduler.alpha.kubernetes.io/preferAvoidPods':
      'deprecated since v1.22; use Taints and Tolerations instead',
    'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
  }),
)

/** A term of what is only preferred is told of values that no label can have, too. */
export function warnOfNodeTerm(term: Field, strength: 'required' | 'preferred'): readonly string[] {
  return term.field('matchExpressions').items.flatMap((requirement) => {
    const key = requirement.field('key')
    const why = DEPRECATED_LABELS.get(key.text)
    const values = strength === 'preferred' ? requirement.field('values').items : []
    return [
      ...(why === undefined ? [] : [`${key.path}: ${key.text} is ${why}`]),
      ...values.flatMap(({ path, text }) =>
        checkLabelValue(text).map((detail) => `${path}: ${text} is invalid, ${detail}`),
      ),
    ]
  })
}
