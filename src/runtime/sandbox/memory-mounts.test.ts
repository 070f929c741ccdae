import { expect, test } from 'vitest'
import { parseMountPoints } from './memory-mounts.ts'

test('of all mounts those in memory are found, with blanks in their names', () => {
  const text = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:5 / /dev rw - devtmpfs devtmpfs rw
24 22 0:6 / /pods/a\\040b rw,relatime shared:3 - tmpfs tmpfs rw,size=64k
25 22 0:7 / /run rw,nosuid - tmpfs none rw
`
  expect(parseMountPoints(text)).toEqual(['/pods/a b', '/run'])
})
