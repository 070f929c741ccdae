import {
  ERROR,
  FRAME_BYTES_DEFAULT,
  SETTING,
  WINDOW_DEFAULT,
  WINDOW_MAX,
} from '../../../base/http2-frames.ts'

const FRAME_BYTES_MAX = 0xff_ffff

export interface SettingsFault {
  readonly code: number
  readonly reason: string
}

/** What the server has said about itself, and what holds until it has (RFC 9113, section 6.5.2). */
export class PeerSettings {
  maxConcurrentStreams = Infinity
  initialWindowSize = WINDOW_DEFAULT

  /** The fault, if one of them may not be. */
  apply(settings: readonly (readonly [id: number, value: number])[]): SettingsFault | undefined {
    for (const [id, value] of settings) {
      const fault = this.#applyOne(id, value)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  #applyOne(id: number, value: number): SettingsFault | undefined {
    switch (id) {
      case SETTING.enablePush:
        return value === 0 ? undefined : refuse('a server may not say ENABLE_PUSH')
      case SETTING.maxConcurrentStreams:
        this.maxConcurrentStreams = value
        return undefined
      case SETTING.initialWindowSize:
        if (value > WINDOW_MAX) {
          return { code: ERROR.flowControlError, reason: 'INITIAL_WINDOW_SIZE is out of range' }
        }
        this.initialWindowSize = value
        return undefined
      case SETTING.maxFrameSize: {
        // We send no frame larger than the smallest that can be asked for.
        const isInRange = value >= FRAME_BYTES_DEFAULT && value <= FRAME_BYTES_MAX
        return isInRange ? undefined : refuse('MAX_FRAME_SIZE is out of range')
      }
      default:
        // Sizes of tables and lists do not concern one who uses none and sends small ones.
        return undefined
    }
  }
}

function refuse(reason: string): SettingsFault {
  return { code: ERROR.protocolError, reason }
}
