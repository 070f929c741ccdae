import { SCHEMA_VERSION } from '../api/schema.ts'

/**
 * The `/version` document: the Kubernetes whose API this is, and whose it is not. Clients choose what they can expect by it.
 * https://kubernetes.io/releases/version-skew-policy/
 */
export function versionDocument(hitlessVersion: string): object {
  const [major = '', minor = ''] = SCHEMA_VERSION.replace(/^v/, '').split('.')
  return {
    major,
    minor,
    gitVersion: `${SCHEMA_VERSION}+hitless-${hitlessVersion}`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  }
}
