import { describe, expect, test } from 'vitest'
import { resolveImage, tagOf } from './image-mapping.ts'
import type { ImageMapping } from './settings.ts'

const mapping = (pattern: string): ImageMapping => ({
  pattern,
  command: [`run-${pattern}`, '--version={tag}'],
  env: { version: 'v-{tag}-{tag}' },
  workingDir: '/srv/{tag}',
})

test('the tag stands wherever {tag} does', () => {
  expect(resolveImage([{ ...mapping('app:*'), stopSignal: 'SIGINT' }], 'app:v2')).toEqual({
    command: ['run-app:*', '--version=v2'],
    env: { version: 'v-v2-v2' },
    workingDir: '/srv/v2',
    stopSignal: 'SIGINT',
  })
})

test('a root directory goes with the tag, and is entered at its top unless said otherwise', () => {
  const image = { ...mapping('app:*'), workingDir: '', root: '/images/{tag}' }
  expect(resolveImage([image], 'app:v2')).toMatchObject({
    rootDirectory: '/images/v2',
    workingDir: '/',
  })
  const archive = { ...mapping('app'), workingDir: '', archive: '/images/app.tar' }
  expect(resolveImage([archive], 'app')).toMatchObject({ archive: archive.archive, workingDir: '' })
})

describe('a pattern fits an image', () => {
  test.each<[pattern: string, image: string, fits: boolean]>([
    ['app:*', 'app:v1', true],
    ['app:*', 'app', true],
    ['app:*', 'app:', true],
    ['app:*', 'xapp:v1', false],
    ['app', 'app', true],
    ['app', 'app:v1', false],
    ['app:latest', 'app', true],
    ['app:v1', 'app:v1', true],
    ['app:v1', 'app:v10', false],
    ['*', 'anything/at:all', true],
    ['*/app:*', 'registry:5000/team/app:v1', true],
    ['*/app:*', 'app:v1', false],
    ['app*:v*', 'app-a:v1', true],
    ['app*:v*', 'app-a:w1', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['app:1.0', 'app:1x0', false],
    ['app:*', 'app:v1@sha256:00', true],
  ])('%s for %s: %s', (pattern, image, fits) => {
    expect(resolveImage([mapping(pattern)], image) !== undefined).toBe(fits)
  })
})

test('the first pattern that fits wins', () => {
  const mappings = [mapping('other:*'), mapping('app:v*'), mapping('*')]
  expect(resolveImage(mappings, 'app:v1')?.command[0]).toBe('run-app:v*')
  expect(resolveImage(mappings, 'app:w1')?.command[0]).toBe('run-*')
  expect(resolveImage([], 'app:v1')).toBeUndefined()
})

test.each<[image: string, tag: string | undefined]>([
  ['app', undefined],
  ['app:v1', 'v1'],
  ['registry:5000/app', undefined],
  ['registry:5000/app:v1', 'v1'],
  ['app@sha256:00', undefined],
  ['app:v1@sha256:00', 'v1'],
])('the tag of %s is %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag)
})

test('an image without a tag has the tag latest', () => {
  expect(resolveImage([mapping('registry:5000/app')], 'registry:5000/app')?.workingDir).toBe(
    '/srv/latest',
  )
})
