import { keyOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { labelsMatch } from '../../api/selector.ts'
import type { Service } from '../../api/service.ts'
import type { Caches } from '../caches.ts'
import { hasSameEndpoints } from './endpoint.ts'

/** The pods that a Service selects, of all phases. A Service without a selector selects none. */
export function selectedPods(caches: Caches, { spec, metadata }: Service): readonly Pod[] {
  const { selector } = spec
  if (selector === undefined) return []
  const wanted = Object.entries(selector)
  return caches
    .within('Pod', metadata.namespace)
    .filter(({ metadata: { labels = {} } }) =>
      wanted.every(([name, value]) => labels[name] === value),
    )
}

/** Tells the keys of all Services whose endpoints a change of a pod may change. */
export function followPods(caches: Caches, onService: (key: string) => void): void {
  const tellOf = ({ metadata }: Pod) => {
    for (const service of caches.within('Service', metadata.namespace)) {
      const { selector } = service.spec
      if (selector !== undefined && labelsMatch(selector, metadata.labels)) {
        onService(keyOf(service))
      }
    }
  }
  caches.of('Pod').onChange(({ current, previous }) => {
    if (previous !== undefined && current !== undefined && hasSameEndpoints(previous, current)) {
      return
    }
    if (current !== undefined) tellOf(current)
    if (previous !== undefined && previous.metadata.labels !== current?.metadata.labels) {
      tellOf(previous)
    }
  })
}
