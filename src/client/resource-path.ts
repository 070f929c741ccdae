import { KINDS, type Kind } from '../api/kinds.ts'
import type { LabelSelector, LabelSelectorRequirement } from '../api/selector.ts'
import type { ListOptions, ObjectName } from './client.ts'

/**
 * The path of all objects of a kind, or of those in one namespace
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris).
 */
export function collectionPath(kind: Kind, namespace: string | undefined): string {
  const { apiVersion, plural, namespaced } = KINDS[kind]
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`
}

/** The path of one object; without a namespace a namespaced one is in `default`. */
export function objectPath(kind: Kind, { namespace, name }: ObjectName): string {
  return `${collectionPath(kind, namespace ?? 'default')}/${encodeURIComponent(name)}`
}

/** `?a=1&b=2` without the undefined ones; empty when none is left. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Undefined when it selects everything. */
export function selectorParameter({ labelSelector }: ListOptions): string | undefined {
  const text = labelSelector === undefined ? '' : formatSelector(labelSelector)
  return text === '' ? undefined : text
}

/** `app=web,tier in (a,b),!old`: the set-based form of labels.Parse. */
export function formatSelector({ matchLabels, matchExpressions = [] }: LabelSelector): string {
  const equalities = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [...equalities, ...matchExpressions.map(formatRequirement)].join(',')
}

function formatRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`
    case 'NotIn':
      return `${key} notin (${values.join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
  }
}
