import { RotationError } from '../../shared/errors';

/**
 * The items of one page of a list; an answer without the list, or one that is cut off and does not say where it goes on, is a
 * RotationError that names the operation. AWS answers an empty list as an empty list, so that a missing one proves nothing
 * (docs/adr/0013): https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
export function pageItems<T>(
  operation: string,
  page: { IsTruncated?: boolean | undefined; Marker?: string | undefined },
  items: readonly T[] | undefined,
): readonly T[] {
  if (!items) throw new RotationError(`IAM answered ${operation} without the list that was asked for`);
  if (page.IsTruncated && !page.Marker) throw new RotationError(`IAM cut its answer to ${operation} off without saying where it goes on`);
  return items;
}
