import { SCHEMA_VERSION } from '../api/schema.ts'

/**
 * `/version`: the Kubernetes whose API this is, and whose it is not. Clients choose by it what they can expect.
 * What only a build of Kubernetes can tell is empty, but what clients
 * parse or compare has the form that they expect. https://kubernetes.io/releases/version-skew-policy/
 */
export function versionDocument(hitlessVersion: string): object {
  const [major = '', minor = ''] = SCHEMA_VERSION.replace(/^v/, '').split('.')
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `${SCHEMA_VERSION}+hitless-${hitlessVersion}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'gc',
    platform: 'linux/amd64',
  }
}
