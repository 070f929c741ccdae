import { expect, test } from 'vitest'
import { versionDocument } from './version.ts'

test('the version is that of Kubernetes, with our own behind a plus (semver.org, point 10)', () => {
  expect(versionDocument('0.1.0')).toMatchObject({
    major: '1',
    minor: '34',
    emulationMajor: '1',
    emulationMinor: '34',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '33',
    gitVersion: 'v1.34.4+hitless-0.1.0',
  })
})
