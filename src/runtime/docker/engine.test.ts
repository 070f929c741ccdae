import { expect, test } from 'vitest'
import { agreeOnVersion } from './engine.ts'
import { splitReference } from './images.ts'

test.each([
  ['1.41', '1.12', '1.41'],
  ['1.51', '1.24', '1.43'],
  ['1.40', '1.12', '1.40'],
  // Too old, too new, and no version.
  ['1.39', '1.12', undefined],
  ['1.60', '1.44', undefined],
  ['', '', undefined],
])('an engine of the API %s down to %s is spoken to in %s', (newest, oldest, version) => {
  expect(agreeOnVersion({ newest, oldest })).toBe(version)
})

test.each([
  ['nginx', 'nginx', 'latest'],
  ['web:v1', 'web', 'v1'],
  ['registry:5000/web', 'registry:5000/web', 'latest'],
  ['registry:5000/web:v1', 'registry:5000/web', 'v1'],
  ['web@sha256:12', 'web', 'sha256:12'],
  ['registry:5000/web:v1@sha256:12', 'registry:5000/web', 'sha256:12'],
])('%s is pulled as %s, %s', (image, name, tag) => {
  expect(splitReference(image)).toEqual({ name, tag })
})
