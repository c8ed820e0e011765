export { catalogueEntry } from "@ephor/detections/catalogue-entry";
export { catalogueFor } from "@ephor/detections/catalogue-for";
export { whyIn } from "@ephor/detections/why-in";
