#ifndef ASSAY_H
#define ASSAY_H
#endif
