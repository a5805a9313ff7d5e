export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  // Allows to automatically instantiate createClient with right options
  __InternalSupabase: {
    PostgrestVersion: "13.0.5"
  }
  public: {
    Tables: {
      comments: {
        Row: {
          body: string
          created_at: string
          id: number
          post_id: number
          user_id: number | null
        }
        Insert: {
          body: string
          created_at?: string
          id?: number
          post_id: number
          user_id?: number | null
        }
        Update: {
          body?: string
          created_at?: string
          id?: number
          post_id?: number
          user_id?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "comments_post_id_fkey"
            columns: ["post_id"]
            isOneToOne: false
            referencedRelation: "posts"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "comments_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      posts: {
        Row: {
          author_id: number
          content: string | null
          created_at: string
          id: number
          meta: Json | null
          published: boolean
          reviewer_id: number | null
          tags: string[]
          title: string
          views: number
        }
        Insert: {
          author_id: number
          content?: string | null
          created_at?: string
          id?: number
          meta?: Json | null
          published?: boolean
          reviewer_id?: number | null
          tags?: string[]
          title: string
          views?: number
        }
        Update: {
          author_id?: number
          content?: string | null
          created_at?: string
          id?: number
          meta?: Json | null
          published?: boolean
          reviewer_id?: number | null
          tags?: string[]
          title?: string
          views?: number
        }
        Relationships: [
          {
            foreignKeyName: "posts_author_id_fkey"
            columns: ["author_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "posts_reviewer_id_fkey"
            columns: ["reviewer_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      posts_topics: {
        Row: {
          post_id: number
          topic_id: number
        }
        Insert: {
          post_id: number
          topic_id: number
        }
        Update: {
          post_id?: number
          topic_id?: number
        }
        Relationships: [
          {
            foreignKeyName: "posts_topics_post_id_fkey"
            columns: ["post_id"]
            isOneToOne: false
            referencedRelation: "posts"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "posts_topics_topic_id_fkey"
            columns: ["topic_id"]
            isOneToOne: false
            referencedRelation: "topics"
            referencedColumns: ["id"]
          },
        ]
      }
      profiles: {
        Row: {
          bio: string | null
          user_id: number
        }
        Insert: {
          bio?: string | null
          user_id: number
        }
        Update: {
          bio?: string | null
          user_id?: number
        }
        Relationships: [
          {
            foreignKeyName: "profiles_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: true
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      topics: {
        Row: {
          id: number
          name: string
        }
        Insert: {
          id?: number
          name: string
        }
        Update: {
          id?: number
          name?: string
        }
        Relationships: []
      }
      users: {
        Row: {
          email: string
          id: number
          name: string | null
        }
        Insert: {
          email: string
          id?: number
          name?: string | null
        }
        Update: {
          email?: string
          id?: number
          name?: string | null
        }
        Relationships: []
      }
    }
    Views: {
      [_ in never]: never
    }
    Functions: {
      popular_posts: {
        Args: { min_views: number }
        Returns: { id: number; title: string; views: number }[]
      }
      touch_post: { Args: { post: number }; Returns: undefined }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}
