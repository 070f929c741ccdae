import { expect, test } from 'vitest'
import { DatagramReader, frameDatagram } from './datagram-frames.ts'

test.each([1, 3, 1_000])('datagrams come out as they went in, %i bytes at a time', (size) => {
  const datagrams = [
    { peer: { host: '172.18.0.2', port: 65_535 }, bytes: [1, 2, 3] },
    { peer: { host: '10.0.255.1', port: 1 }, bytes: [] },
    { peer: { host: '172.18.0.2', port: 53 }, bytes: [9] },
  ]
  const stream = Buffer.concat(
    datagrams.map(({ peer, bytes }) => frameDatagram(peer, Uint8Array.from(bytes))),
  )
  const seen: unknown[] = []
  const reader = new DatagramReader((bytes, peer) => seen.push({ peer, bytes: [...bytes] }))
  for (let at = 0; at < stream.length; at += size) reader.add(stream.subarray(at, at + size))
  expect(seen).toEqual(datagrams)
})
