/** Typeof and its kin: types that are those of an expression. */
import type { Node } from 'web-tree-sitter';
import { kids, parseUnit } from '../parse/unit.js';
import type { CType } from '../types/ctype.js';
import { at, type Cx } from './context.js';

const TYPE =
  /^(?:(?:const|volatile)\s+)*(?:struct|union|enum|unsigned|signed|int|long|short|char|bool|_Bool|void)\b|\*$/;

/** The type that a declaration or a cast names so; undefined if it is named in another way. `given` is the initializer. */
export function typeOfExpression(cx: Cx, type: Node | null, given: Node | null = null): CType | undefined {
  if (type === null) return undefined;
  if (type.text === '__auto_type') return given === null ? undefined : cx.expr(given).type;
  const text = cx.unit.typeofs.get(type.text);
  if (text === undefined) return undefined;
  const { types } = cx.program;
  if (TYPE.test(text) || types.typedef(text) !== undefined) return types.named(text);
  const { file, line } = at(cx, type);
  const unit = parseUnit(`int m(void) { return (${text}); }`, file, () => line);
  const body = unit.functions.get('m')?.body;
  const returned = body === undefined ? undefined : kids(body)[0];
  const value = returned === undefined ? undefined : kids(returned)[0];
  return value === undefined ? undefined : cx.piece(unit).expr(value).type;
}

/** The type of a cast. */
export const castType = (cx: Cx, descriptor: Node): CType => {
  const { types } = cx.program;
  const base = typeOfExpression(cx, descriptor.childForFieldName('type')) ?? types.ofDeclaration(descriptor);
  return types.declared(descriptor.childForFieldName('declarator'), base).type;
};
