import { expect, test } from 'vitest'
import { agreeOnVersion, readVersions, whyUnfit } from './engine.ts'
import { splitReference } from './images.ts'

test.each([
  ['1.41', '1.12', '1.41'],
  ['1.51', '1.24', '1.44'],
  ['1.44', '1.24', '1.44'],
  ['1.40', '1.12', '1.40'],
  // One of the future.
  ['1.60', '1.48', '1.48'],
  // Too old, and no version.
  ['1.39', '1.12', undefined],
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

test.each([
  [
    { ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux' },
    { kind: 'agreed', version: '1.41' },
  ],
  // Podman's: its version of the API as Docker's was then.
  [
    { ApiVersion: '1.41', MinAPIVersion: '1.24' },
    { kind: 'agreed', version: '1.41' },
  ],
  [
    { ApiVersion: '1.39', MinAPIVersion: '1.12', Os: 'linux' },
    { kind: 'refused', reason: 'it speaks the Engine API 1.12 to 1.39, and hitless 1.40 or later' },
  ],
  [
    { ApiVersion: '1.43', MinAPIVersion: '1.24', Os: 'windows' },
    { kind: 'refused', reason: 'it runs Windows containers' },
  ],
  [{}, { kind: 'refused', reason: 'what answers there is no Docker engine' }],
])('an engine that says %j is %j', (answer, expected) => {
  expect(readVersions(answer)).toEqual(expected)
})

const HIDDEN = 'which hides the addresses of its containers from this machine'

test.each([
  [{ SecurityOptions: ['name=seccomp,profile=default'], OperatingSystem: 'Debian' }, undefined],
  [{ SecurityOptions: ['name=seccomp', 'name=rootless'] }, `it runs rootless, ${HIDDEN}`],
  [{ OperatingSystem: 'Docker Desktop' }, `it is Docker Desktop, ${HIDDEN}`],
  [{}, undefined],
])('an engine with %j is unfit: %s', (info, expected) => {
  expect(whyUnfit(info)).toBe(expected)
})
