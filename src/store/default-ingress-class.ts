import type { Ingress, IngressClass } from '../api/ingress.ts'
import { compareTexts } from '../base/compare-texts.ts'

const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class'
/** How the class was named before there was a field for it. */
const OLD_NAME = 'kubernetes.io/ingress.class'

/**
 * A new Ingress without a class gets the default one, the newest if there are several (the admission plugin
 * DefaultIngressClass).
 * https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class
 */
export function withDefaultClass(ingress: Ingress, classes: readonly IngressClass[]): Ingress {
  const { annotations = {} } = ingress.metadata
  if (ingress.spec?.ingressClassName !== undefined || OLD_NAME in annotations) return ingress
  const defaults = classes
    .filter(({ metadata }) => metadata.annotations?.[IS_DEFAULT] === 'true')
    .toSorted((a, b) => compareTexts(createdAt(b), createdAt(a)))
  const [newest] = defaults
  if (newest === undefined) return ingress
  return { ...ingress, spec: { ...ingress.spec, ingressClassName: newest.metadata.name } }
}

function createdAt({ metadata }: IngressClass): string {
  return metadata.creationTimestamp ?? ''
}
