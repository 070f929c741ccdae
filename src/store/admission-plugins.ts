import { isKind, type Kind } from '../api/kinds.ts'
import type { ObjectMeta } from '../api/meta.ts'
import type { Random } from '../world/random.ts'
import { generateName } from './identity.ts'
import type { ObjectLog } from './object-log.ts'
import { withDefaultClass } from './default-ingress-class.ts'
import { admitPod, admitPodUpdate, type PodSurroundings } from './pod-admission.ts'
import { asKind, asKinds, type Incoming, type Stored } from './stored.ts'

export interface AdmissionPluginOptions {
  readonly requireServiceAccounts: boolean
  readonly random: Random
}

/** What a cluster's admission plugins do to new objects before they are checked. Throws Forbidden. */
export class AdmissionPlugins {
  readonly #log: ObjectLog
  readonly #options: AdmissionPluginOptions

  constructor(log: ObjectLog, options: AdmissionPluginOptions) {
    this.#log = log
    this.#options = options
  }

  /** `asked` is the metadata as it came, when no name had been generated yet. */
  admitNew(kind: Kind, object: Incoming, asked: ObjectMeta): Incoming {
    if (kind === 'Pod') return admitPod(object, this.#surroundingsOf(object, asked))
    if (!isKind(object, 'Ingress')) return object
    return withDefaultClass(object, asKinds<'IngressClass'>(this.#log.selected('IngressClass', {})))
  }

  admitUpdate(kind: Kind, next: Incoming, current: Stored): Incoming {
    return kind === 'Pod' ? admitPodUpdate(next, current) : next
  }

  #surroundingsOf({ metadata: { namespace } }: Incoming, asked: ObjectMeta): PodSurroundings {
    return {
      calledName: asked.name || asked.generateName || 'Unknown',
      accountOf: (name) => {
        const found = this.#log.lookup('ServiceAccount', { namespace, name })
        return found === undefined ? undefined : asKind<'ServiceAccount'>(found)
      },
      isComplete: this.#options.requireServiceAccounts,
      newName: (prefix) => generateName(prefix, this.#options.random),
    }
  }
}
