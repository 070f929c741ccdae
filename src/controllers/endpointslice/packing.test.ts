import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Endpoint, EndpointSlice } from '../../api/service.ts'
import { endpointKey, ENDPOINTS_PER_SLICE_MAX, packEndpoints } from './packing.ts'

function endpoint(number: number, ready = true): Endpoint {
  return {
    addresses: [`10.0.${Math.floor(number / 250)}.${number % 250}`],
    conditions: { ready, serving: ready, terminating: false },
    targetRef: { kind: 'Pod', name: `pod-${number}`, uid: `uid-${number}` },
  }
}

function endpoints(from: number, to: number): Endpoint[] {
  return Array.from({ length: to - from }, (_, index) => endpoint(from + index))
}

function slice(name: string, content: readonly Endpoint[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name },
    addressType: 'IPv4',
    endpoints: content,
  }
}

function pack(slices: readonly EndpointSlice[], wanted: readonly Endpoint[]) {
  const byKey = new Map(wanted.map((one) => [endpointKey(one), one]))
  return packEndpoints(slices, byKey).map((packed) => [
    packed.slice?.metadata.name,
    packed.endpoints.length,
  ])
}

describe('endpoints in slices (reconciler_test.go)', () => {
  test('more than 100 endpoints take several slices', () => {
    expect(pack([], endpoints(0, 100))).toEqual([[undefined, 100]])
    expect(pack([], endpoints(0, 250))).toEqual([
      [undefined, 100],
      [undefined, 100],
      [undefined, 50],
    ])
  })

  test('new endpoints fill the fullest slice with room for all of them', () => {
    const slices = [slice('a', endpoints(0, 60)), slice('b', endpoints(60, 150))]
    expect(pack(slices, endpoints(0, 155))).toEqual([
      ['a', 60],
      ['b', 95],
    ])
    expect(pack(slices, endpoints(0, 170))).toEqual([
      ['a', 80],
      ['b', 90],
    ])
  })

  test('where none has room for all, they get a slice of their own', () => {
    const slices = [slice('a', endpoints(0, 95))]
    expect(pack(slices, endpoints(0, 105))).toEqual([
      ['a', 95],
      [undefined, 10],
    ])
  })

  test('a slice that changes anyway is filled first, and an empty one is left out', () => {
    const slices = [slice('a', endpoints(0, 90)), slice('b', endpoints(90, 140))]
    const wanted = [...endpoints(0, 90), ...endpoints(95, 140), ...endpoints(200, 203)]
    expect(pack(slices, wanted)).toEqual([
      ['a', 90],
      ['b', 48],
    ])
    expect(pack(slices, endpoints(0, 90))).toEqual([['a', 90]])
  })

  test('an endpoint that stays as it is stays the very object, one that changes does not', () => {
    const slices = [slice('a', endpoints(0, 2))]
    const wanted = [endpoint(0), endpoint(1, false)]
    const byKey = new Map(wanted.map((one) => [endpointKey(one), one]))
    const kept = packEndpoints(slices, byKey)[0]?.endpoints
    expect(kept?.[0]).toBe(slices[0]?.endpoints[0])
    expect(kept?.[1]).toBe(wanted[1])
  })

  test('every endpoint is in exactly one slice, and no slice has too many', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 350 })
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 1, max: 100 }), (before, after, size) => {
        const slices: EndpointSlice[] = []
        for (let start = 0; start < before.length; start += size) {
          const part = before.slice(start, start + size).map((number) => endpoint(number))
          slices.push(slice(`s${start}`, part))
        }
        const wanted = new Map(
          after.map((number) => [endpointKey(endpoint(number)), endpoint(number, false)]),
        )
        const packed = packEndpoints(slices, wanted)
        const placed = packed.flatMap((one) => one.endpoints)
        expect(placed).toHaveLength(wanted.size)
        expect(new Set(placed)).toEqual(new Set(wanted.values()))
        for (const one of packed) {
          expect(one.endpoints.length).toBeLessThanOrEqual(ENDPOINTS_PER_SLICE_MAX)
          expect(one.endpoints.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})
