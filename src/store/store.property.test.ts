import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../api/api-error.ts'
import type { ConfigMap } from '../api/core.ts'
import { MemoryJournal } from '../../tests/support/memory-journal.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { Store } from './store.ts'

/** What a writer does next, on an object that it may have read long ago. */
type Operation =
  | { readonly do: 'read' | 'delete' | 'create'; readonly writer: number; readonly name: string }
  | {
      readonly do: 'update'
      readonly writer: number
      readonly name: string
      readonly value: string
    }
  | { readonly do: 'patch'; readonly writer: number; readonly name: string; readonly value: string }
  | { readonly do: 'hold' | 'release'; readonly writer: number; readonly name: string }
  | {
      /** Whatever is there; and an update that is only asked about. */
      readonly do: 'overwrite' | 'ask'
      readonly writer: number
      readonly name: string
      readonly value: string
    }
  | { readonly do: 'askDelete' | 'restart'; readonly writer: number; readonly name: string }

const writer = fc.integer({ min: 0, max: 1 })
const name = fc.constantFrom('a', 'b', 'c')
const value = fc.constantFrom('1', '2')
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constantFrom('read', 'delete', 'create'), writer, name }),
  fc.record({ do: fc.constantFrom('update', 'patch'), writer, name, value }),
  fc.record({ do: fc.constantFrom('hold', 'release', 'askDelete'), writer, name }),
  fc.record({ do: fc.constantFrom('overwrite', 'ask'), writer, name, value }),
)

const withRestarts = fc.oneof(
  { weight: 9, arbitrary: operation },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), writer, name }) },
)

test('two writers see what a slow obvious store would show them, conflicts and restarts included', () => {
  fc.assert(
    fc.property(fc.array(withRestarts, { maxLength: 60, size: 'max' }), (operations) => {
      const journal = new MemoryJournal()
      let store = newStore(journal)
      const model = new Model()
      const births = new Map<string, number>()
      const known = [new Map<string, ConfigMap>(), new Map<string, ConfigMap>()]
      for (const operation of operations) {
        const mine = known[operation.writer] ?? new Map<string, ConfigMap>()
        const { uid = '', resourceVersion } = mine.get(operation.name)?.metadata ?? {}
        const expected = model.apply(operation, {
          birth: births.get(uid),
          version: resourceVersion,
        })
        if (operation.do === 'restart') store = newStore(journal)
        expect(outcomeOf(store, operation, mine)).toEqual(expected)
        for (const { metadata } of store.list('ConfigMap').items) {
          births.set(metadata.uid ?? '', model.birthOf(metadata.name))
        }
        expect(store.list('ConfigMap').items.map(contentOf)).toEqual(model.contents())
        expect(store.list('ConfigMap').resourceVersion).toBe(String(model.version))
      }
    }),
    { numRuns: 500 },
  )
})

test('a list of any point of the past is the list of then', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60, size: 'max' }), (operations) => {
      const store = newStore()
      const known = [new Map<string, ConfigMap>(), new Map<string, ConfigMap>()]
      const points = [store.list('ConfigMap')]
      for (const operation of operations) {
        outcomeOf(store, operation, known[operation.writer] ?? new Map<string, ConfigMap>())
        points.push(store.list('ConfigMap'))
      }
      for (const { items, resourceVersion } of points) {
        expect(store.listAt('ConfigMap', {}, resourceVersion).items).toEqual(items)
      }
    }),
    { numRuns: 200 },
  )
})

test('a watch from any point leads from the list of then to the list of now', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { maxLength: 40, size: 'max' }),
      fc.nat(),
      async (operations, pick) => {
        const store = newStore()
        const known = [new Map<string, ConfigMap>(), new Map<string, ConfigMap>()]
        const points = [store.list('ConfigMap')]
        for (const operation of operations) {
          outcomeOf(store, operation, known[operation.writer] ?? new Map<string, ConfigMap>())
          points.push(store.list('ConfigMap'))
        }
        const then = points[pick % points.length]
        const state = new Map(then?.items.map((item) => [item.metadata.name, item]))
        const { resourceVersion = '' } = then ?? {}
        store.watch('ConfigMap', { resourceVersion }, (event) => {
          if (event.type === 'EXPIRED') throw new Error('nothing is forgotten here')
          const { name, resourceVersion } = event.object.metadata
          const before = Number(state.get(name)?.metadata.resourceVersion ?? 0)
          expect(state.has(name)).toBe(event.type !== 'ADDED')
          expect(Number(resourceVersion)).toBeGreaterThan(before)
          if (event.type === 'DELETED') state.delete(name)
          else state.set(name, event.object)
        })
        await Promise.resolve()
        const now = store.list('ConfigMap').items
        expect([...state.keys()].toSorted()).toEqual(now.map((item) => item.metadata.name))
        for (const item of now) expect(state.get(item.metadata.name)).toBe(item)
      },
    ),
    { numRuns: 500 },
  )
})

const HOLD = 'example.com/hold'

interface ModelObject {
  readonly version: number
  /** The version of its creation: which of the objects that had this name it is. */
  readonly birth: number
  readonly value: string
  readonly held: boolean
  readonly going: boolean
}

/** The rules once more, as plainly as possible. */
class Model {
  version = 1
  readonly #objects = new Map<string, ModelObject>()

  contents(): readonly unknown[] {
    const names = [...this.#objects.keys()].toSorted()
    return names.map((name) => {
      const { version, value, held, going } = this.#of(name)
      return { name, version: String(version), value, held, going }
    })
  }

  birthOf(name: string): number {
    return this.#of(name).birth
  }

  /** `known`: the object as the writer last saw it. */
  apply(
    operation: Operation,
    known: { readonly birth: number | undefined; readonly version: string | undefined },
  ): string {
    const { name } = operation
    const found = this.#objects.get(name)
    if (operation.do === 'create') {
      if (found !== undefined) return 'AlreadyExists'
      return this.#put(name, { value: '0', held: false, going: false, birth: this.version + 1 })
    }
    if (operation.do === 'restart') return 'done'
    if (operation.do === 'update') {
      if (known.birth === undefined) return 'unknown'
      if (found === undefined) return 'NotFound'
      if (known.birth !== found.birth) return 'Conflict'
      if (known.version !== String(found.version)) return 'Conflict'
      return this.#change(name, { ...found, value: operation.value })
    }
    if (found === undefined) return 'NotFound'
    if (['read', 'ask', 'askDelete'].includes(operation.do)) return 'done'
    if (operation.do === 'patch' || operation.do === 'overwrite')
      return this.#change(name, { ...found, value: operation.value })
    if (operation.do === 'hold') return this.#change(name, { ...found, held: true })
    if (operation.do === 'delete' && found.held) {
      return this.#change(name, { ...found, going: true })
    }
    if (operation.do === 'delete' || found.going) return this.#remove(name)
    return this.#change(name, { ...found, held: false })
  }

  #change(name: string, next: ModelObject): string {
    if (JSON.stringify(next) === JSON.stringify(this.#of(name))) return 'done'
    return this.#put(name, next)
  }

  #put(name: string, next: Omit<ModelObject, 'version'>): string {
    this.version += 1
    this.#objects.set(name, { ...next, version: this.version })
    return 'done'
  }

  #remove(name: string): string {
    this.version += 1
    this.#objects.delete(name)
    return 'done'
  }

  #of(name: string): ModelObject {
    const found = this.#objects.get(name)
    if (found === undefined) throw new Error(`the model has no ${name}`)
    return found
  }
}

function outcomeOf(store: Store, operation: Operation, known: Map<string, ConfigMap>): string {
  try {
    return perform(store, operation, known)
  } catch (error) {
    if (error instanceof ApiError) return error.reason
    throw error
  }
}

/** A writer knows what it has read or got as an answer. */
function perform(store: Store, operation: Operation, known: Map<string, ConfigMap>): string {
  const name = { name: operation.name }
  switch (operation.do) {
    case 'create':
      known.set(name.name, store.create('ConfigMap', configMap(name.name)))
      break
    case 'read':
      known.set(name.name, store.get('ConfigMap', name))
      break
    case 'update': {
      const object = known.get(name.name)
      if (object === undefined) return 'unknown'
      known.set(name.name, store.update('ConfigMap', { ...object, data: { v: operation.value } }))
      break
    }
    case 'patch':
      store.patch('ConfigMap', name, { data: { v: operation.value } })
      break
    case 'overwrite':
      store.update('ConfigMap', { ...configMap(name.name), ...kept(store, name, operation.value) })
      break
    case 'ask':
      store.patch('ConfigMap', name, { data: { v: operation.value } }, { dryRun: true })
      break
    case 'delete':
      store.delete('ConfigMap', name)
      break
    case 'askDelete':
      store.delete('ConfigMap', name, { dryRun: true })
      break
    case 'restart':
      break
    case 'hold':
      store.patch('ConfigMap', name, { metadata: { finalizers: [HOLD] } })
      break
    case 'release':
      store.patch('ConfigMap', name, { metadata: { finalizers: null } })
      break
  }
  return 'done'
}

/** A writer that has not read: no version, no UID. */
function kept(store: Store, name: { readonly name: string }, value: string): Partial<ConfigMap> {
  const held = store.has('ConfigMap', name) && contentOf(store.get('ConfigMap', name)).held
  return { metadata: { ...name, ...(held ? { finalizers: [HOLD] } : {}) }, data: { v: value } }
}

function contentOf({ metadata, data }: ConfigMap) {
  return {
    name: metadata.name,
    version: metadata.resourceVersion,
    value: data?.['v'],
    held: metadata.finalizers?.includes(HOLD) === true,
    going: metadata.deletionTimestamp !== undefined,
  }
}

/** Each life has a seed of its own, or else it would make the UIDs of the one before again. */
function newStore(journal = new MemoryJournal()): Store {
  const random = seededRandom(7 + journal.lastVersion())
  return new Store({ clock: newVirtualClock(), random, journal })
}

function configMap(name: string): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { v: '0' } }
}
