import { describe, expect, test } from 'vitest'
import type { ApiObject, ObjectMeta, OwnerReference } from '../../api/meta.ts'
import { collectItem } from './reconcile.ts'
import type { OwnerState } from './view.ts'

const DELETED = { deletionTimestamp: '2026-01-01T00:00:00Z' }

function object(uid: string, metadata: Partial<ObjectMeta> = {}): ApiObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid, ...metadata } }
}

function reference(uid: string, blockOwnerDeletion = true): OwnerReference {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid, blockOwnerDeletion }
}

function collect(
  owners: Readonly<Record<string, OwnerState>>,
  dependents: readonly ApiObject[] = [],
  metadata: Partial<ObjectMeta> = {},
) {
  const entries = Object.entries(owners).map(([uid, state]) => ({
    reference: reference(uid),
    state,
  }))
  const ownerReferences = entries.map((entry) => entry.reference)
  const item = object('item', { ownerReferences, ...metadata })
  return collectItem({ item, owners: entries, dependents }).map((action) => ({
    type: action.type,
    name: action.object.metadata.name,
    ...(action.type === 'delete' ? { policy: action.policy } : {}),
    ...(action.type === 'update'
      ? {
          owners: (action.object.metadata.ownerReferences ?? []).map(({ uid }) => uid),
          finalizers: action.object.metadata.finalizers ?? [],
        }
      : {}),
  }))
}

const deletion = (policy: string) => [{ type: 'delete', name: 'item', policy }]

describe('a dependent (garbagecollector.go, attemptToDeleteItem)', () => {
  test('stays while all owners are there, or when it has none', () => {
    expect(collect({ a: 'solid', b: 'solid' })).toEqual([])
    expect(collect({ a: 'unknown', b: 'gone' })).toEqual([])
    expect(collect({})).toEqual([])
  })

  test('loses the references to owners that are gone while another is there', () => {
    const kept = [{ type: 'update', name: 'item', owners: ['a'], finalizers: [] }]
    expect(collect({ a: 'solid', b: 'gone' })).toEqual(kept)
    expect(collect({ a: 'solid', b: 'waiting' })).toEqual(kept)
  })

  test('is deleted when no owner is left, in the background unless it says otherwise', () => {
    expect(collect({ a: 'gone' })).toEqual(deletion('Background'))
    expect(collect({ a: 'gone' }, [], { finalizers: ['orphan'] })).toEqual(deletion('Orphan'))
    expect(collect({ a: 'gone' }, [], { finalizers: ['foregroundDeletion'] })).toEqual(
      deletion('Foreground'),
    )
  })

  test('is deleted in the foreground when its owner waits and it has dependents itself', () => {
    expect(collect({ a: 'waiting' })).toEqual(deletion('Background'))
    expect(collect({ a: 'waiting' }, [object('child')])).toEqual(deletion('Foreground'))
  })

  test('blocks nobody any more when a dependent of its own waits too', () => {
    const child = object('child', { ...DELETED, finalizers: ['foregroundDeletion'] })
    expect(collect({ a: 'waiting' }, [child])).toEqual([
      { type: 'update', name: 'item', owners: ['a'], finalizers: [] },
      ...deletion('Foreground'),
    ])
  })

  test('that is being deleted already is left alone', () => {
    expect(collect({ a: 'gone' }, [], DELETED)).toEqual([])
  })
})

describe('an owner that is being deleted', () => {
  const foreground = { ...DELETED, finalizers: ['foregroundDeletion', 'mine'] }
  test('in the foreground waits for the dependents that block it', () => {
    const blocking = object('child', { ownerReferences: [reference('item')] })
    expect(collect({}, [blocking], foreground)).toEqual([{ type: 'enqueue', name: 'child' }])
    const free = object('child', { ownerReferences: [reference('item', false)] })
    const released = [{ type: 'update', name: 'item', owners: [], finalizers: ['mine'] }]
    expect(collect({}, [free], foreground)).toEqual(released)
    expect(collect({}, [], foreground)).toEqual(released)
  })

  test('with orphans to leave strips their references first', () => {
    const child = object('child', { ownerReferences: [reference('other'), reference('item')] })
    expect(collect({}, [child], { ...DELETED, finalizers: ['orphan'] })).toEqual([
      { type: 'update', name: 'child', owners: ['other'], finalizers: [] },
      { type: 'update', name: 'item', owners: [], finalizers: [] },
    ])
  })
})
