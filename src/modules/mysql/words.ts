import { shapeOf } from '../../core/shapes.ts'

/** A word of SQL that stands there without quotes: letters, digits and `_`, in parts with dots. */
export const sqlWord = shapeOf(
  String.raw`^\w+(?:\.\w+)*$`,
  'a name of letters, digits and "_", which SQL takes without quotes',
)
