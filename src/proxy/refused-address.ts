import { HitlessError } from '../base/error.ts'

/** A Service address that cannot be listened on. By its code: classes do not survive the way from another thread. */
export function isRefusedAddress(error: unknown): error is HitlessError {
  return error instanceof HitlessError && error.code === 'service-address'
}
