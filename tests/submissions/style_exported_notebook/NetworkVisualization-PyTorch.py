#!/usr/bin/env python
# coding: utf-8

# # Network Visualization

# In[1]:


import torch
from cs231n.image_utils import SQUEEZENET_MEAN
from cs231n.data_utils import load_imagenet_val

get_ipython().run_line_magic('matplotlib', 'inline')


# In[2]:


X, y, class_names = load_imagenet_val(num=5)


# In[3]:


Here are the pictures that we look at

print(X.shape)


# In[4]:


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    model(X).gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().max(dim=1)[0]


# In[ ]:


show_saliency_maps(X, y)
