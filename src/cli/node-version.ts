import { HitlessError } from '../base/error.ts'

/** `engines` of package.json, which npm only warns of. */
const NODE_MAJOR_MIN = 24

/** Throws `node-too-old`, in place of what an older Node would stumble over first. */
export function requireNode(version = process.versions.node): void {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return
  throw new HitlessError(
    'node-too-old',
    `hitless needs Node ${NODE_MAJOR_MIN} or later, and this is Node ${version}`,
    { exitCode: 3, hint: 'Start it with a newer one (https://nodejs.org).' },
  )
}
