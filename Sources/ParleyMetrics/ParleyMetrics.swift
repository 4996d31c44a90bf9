// Metrics of a program for those who operate it, as Prometheus reads them: a page of numbers, and a small server of it.
