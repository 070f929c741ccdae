import type { Fields } from '../../base/fields.ts'
import { fill, mapField, mapItems, withoutFields, withoutZeros } from './fill.ts'
import { roundQuantity } from './quantities.ts'
import { defaultReference } from './references.ts'

/** 0644: of files whose mode nobody said. */
const FILE_MODE = 0o644
/** A volume of a type behind a gate that is off is one without a type. */
const DISABLED = ['image']

export function defaultVolume(volume: Fields): Fields {
  const enabled = withoutFields(volume, DISABLED)
  const isDisabled = enabled !== volume
  const sources = Object.keys(volume).filter((field) => field !== 'name')
  if (sources.length === 0 && !isDisabled) return { ...volume, emptyDir: {} }
  let filled = mapField(enabled, 'hostPath', (source) => fill(source, { type: '' }))
  filled = mapField(filled, 'emptyDir', (source) =>
    roundQuantity(withoutZeros(source, ['medium']), 'sizeLimit'),
  )
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    filled = mapField(filled, source, (fields) =>
      fill(withoutZeros(fields, ['items']), { defaultMode: FILE_MODE }),
    )
  }
  filled = mapField(filled, 'downwardAPI', defaultFiles)
  filled = mapField(filled, 'persistentVolumeClaim', (source) => withoutZeros(source, ['readOnly']))
  filled = mapField(filled, 'nfs', (source) => withoutZeros(source, ['readOnly']))
  return mapField(filled, 'projected', (source) => mapItems(source, 'sources', defaultProjection))
}

function defaultFiles(source: Fields): Fields {
  return mapItems(source, 'items', defaultReference)
}

/** The token of a service account is one for an hour. */
function defaultProjection(projection: Fields): Fields {
  const filled = mapField(projection, 'serviceAccountToken', (token) =>
    fill(token, { expirationSeconds: 3600 }),
  )
  return mapField(filled, 'downwardAPI', defaultFiles)
}
