import { HitlessError } from '../../base/error.ts'
import { PROFILES, type Profile } from '../../proxy/profile.ts'

/** Throws HitlessError `unknown-profile`. */
export function profileNamed(name: string): Profile {
  const profile = PROFILES.find((candidate) => candidate.name === name)
  if (profile !== undefined) return profile
  throw new HitlessError('unknown-profile', `there is no propagation profile named ${name}`, {
    exitCode: 2,
    hint: `Choose one of: ${PROFILES.map((known) => known.name).join(', ')}.`,
  })
}
