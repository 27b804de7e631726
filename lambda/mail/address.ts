import * as z from 'zod';

const address = z.email().max(320);

/** Whether SES could take the text as one recipient's bare address. */
export const isPlausibleAddress = (text: string): boolean => address.safeParse(text).success;
