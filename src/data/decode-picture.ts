import type { Sharp, SharpOptions } from "sharp";
import { messageOf, NasError } from "../base/errors.js";

/** sharp's function: a picture's file to a pipeline. */
export type PictureDecoder = (file: string, options: SharpOptions) => Sharp;

/** Of a decoded picture; a file that claims more is refused before memory is taken. */
const pixelLimit = 100_000_000;

/** What an ImageNet evaluation shows of a picture whose shorter side is scaled: 224 of 256. */
const shownShare = 0.875;

/**
 * Loads the library that decodes JPEG and PNG; it is optional, because only folders of pictures need it.
 * @throws NAS_DATA_DECODER where it is not installed or does not load
 */
export async function loadDecoder(): Promise<PictureDecoder> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    throw new NasError("NAS_DATA_DECODER", `the library that decodes pictures does not load: ${messageOf(error)}`, {
      hint: "install it beside nas4cim: npm install sharp",
      cause: error,
    });
  }
}

/**
 * A JPEG or PNG file as [side × side × 3] bytes, red, green, blue: turned upright as its EXIF says, the shorter side scaled
 * to side / 0.875, and the middle of it, as ImageNet networks are evaluated. Grey becomes three equal channels; what is
 * transparent, black.
 * @throws NAS_DATA_MALFORMED where the file is no such picture, damaged, or larger than 100 million pixels
 */
export async function decodePicture(decode: PictureDecoder, file: string, side: number): Promise<Uint8Array> {
  const scaled = Math.round(side / shownShare);
  const margin = Math.floor((scaled - side) / 2);
  try {
    const { data } = await decode(file, { limitInputPixels: pixelLimit, failOn: "warning" })
      .autoOrient()
      .resize(scaled, scaled, { fit: "cover", position: "centre", kernel: "cubic" })
      .extract({ left: margin, top: margin, width: side, height: side })
      .flatten()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return data;
  } catch (error) {
    throw new NasError("NAS_DATA_MALFORMED", `${file} cannot be decoded: ${messageOf(error)}`, {
      hint: "give JPEG or PNG pictures; take this one out of the folder",
      context: { file },
      cause: error,
    });
  }
}
