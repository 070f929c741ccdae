import { expect, test } from 'vitest'
import { memoryFiles } from '../../../tests/support/memory-files.ts'
import { liveProcesses } from '../../world/live/processes.ts'
import { openImages } from './open-images.ts'

const world = {
  files: memoryFiles({ '/roots/app/etc/hostname': '', '/roots/file': '' }),
  processes: liveProcesses(),
}

function open(root: string) {
  return openImages(world, [
    { pattern: 'app:v1', command: ['/app'], env: {}, workingDir: '', root },
  ])
}

test.each(['/roots/absent', '/roots/file'])(
  'a root that is no directory is told before a container fails for it: %s',
  async (root) => {
    await expect(open(root)).rejects.toMatchObject({
      code: 'image-root',
      message: `images.app:v1.root: ${root} is not a directory`,
      exitCode: 2,
    })
  },
)

test.each([
  ['/roots/app', '/roots/app'],
  ['/roots/{tag}', '/roots/v1'],
])('a root that is there, or that depends on the tag, is taken: %s', async (root, taken) => {
  expect((await open(root))('app:v1')?.rootDirectory).toBe(taken)
})
