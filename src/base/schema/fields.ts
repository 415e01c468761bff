import { z } from "zod";

/** An id or another short name. */
export const nameText = z.string().min(1).max(200);

/** A sentence for a person, or a command line. */
export const sentence = z.string().min(1).max(4000);

export const path = z.string().min(1).max(4096);

export const whole = (least: number, most: number) => z.int().min(least).max(most);

/** A count from 1, as large as a double holds exactly. */
export const count = z.int().min(1);

/** A finite number above 0, and one from 0. */
export const positive = z.number().gt(0);
export const fromZero = z.number().min(0);

/** A part of a whole. */
export const share = z.number().min(0).max(1);

/** Seeds are keys of 32 bits. */
export const seed = whole(0, 2 ** 32 - 1);
