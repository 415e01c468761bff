/** The name by which the first nodes of a network take the image. */
export const inputId = "input";
